"""comparability."""

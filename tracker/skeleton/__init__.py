"""skeleton."""

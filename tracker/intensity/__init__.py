"""intensity."""

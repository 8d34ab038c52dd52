"""Benchmarks: one module per figure that the README quotes, each runnable alone, fixed seeds."""

"""Frozen settings: one module and one record per stage; every default states its unit and source.

A run's settings are stored with its results; the digest of all of them stands in ``provenance.json``. All of them
together, and reading them from TOML: `tracker.settings.whole`.
"""

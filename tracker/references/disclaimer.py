"""The sentence that stands on every screen, in every report and beside every export."""

RESEARCH_USE = "Research software for expert review. Not a medical device: not for diagnosis or treatment decisions."
"""Status of this program."""

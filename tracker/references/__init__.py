"""Citations: every guideline, paper and standard that the code relies on, one module per subject.

A constant or a rule names its source by one of these records, so that reports can print it.
"""

from tracker.references.citation import Citation, Standing

__all__ = ["Citation", "Standing"]

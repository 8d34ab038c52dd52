"""What flows between the stages: frozen records that import nothing of ours but the error tree.

Conventions
-----------
Order
    ``row, col`` everywhere; ``(row_mm, col_mm)`` for lengths.
Pixels
    ``row_px, col_px`` index the stored frame, zero-based, integer at pixel centres.
Frames
    *Stored*: as in the file. *Anatomical*: head at row 0, patient right at column 0, for both projections.
    *Patient space*: anatomical frame of the mid-space that all visits of a patient are aligned to.
Counts
    Raw detected events. Numbers are measured on stored pixels; alignment carries labels to them.
Absence
    A value with a reason, never a number that looks like one.
"""

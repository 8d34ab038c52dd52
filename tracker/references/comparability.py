"""What is known about acquisitions that cannot be compared."""

from tracker.references.citation import Citation, Standing

ANAND_2016 = Citation(
    key="ANAND_2016",
    text="Anand et al., J Nucl Med 2016;57 suppl:1865. Repeat difference of the automated index 0.10 +/- 0.13 at the "
    "same speed, 0.35 +/- 0.59 at double speed, 0.09 +/- 0.10 on another vendor's camera; 0.20 at 1.5 M counts, 0.57 "
    "at 0.5 M, 4.67 at 0.2 M.",
    standing=Standing.READ,
)
"""How repeatable an index is across speeds, cameras and counts."""

SHINTAWATI_2015 = Citation(
    key="SHINTAWATI_2015",
    text="Shintawati et al. 2015, 32 patients: index and number of hot spots rise from 2 to 4 to 6 h after injection, "
    "all p < 0.001.",
    standing=Standing.READ,
)
"""The uptake time alone changes the numbers."""

EANM_2016 = Citation(
    key="EANM_2016",
    text="Van den Wyngaert et al., EANM practice guidelines for bone scintigraphy, Eur J Nucl Med Mol Imaging "
    "2016;43:1723. Images 2 to 5 h after injection, window 15 or 20 % at 140 keV, low-energy high-resolution.",
    standing=Standing.READ,
)
"""How a bone scan is acquired."""

COUNTS_PER_VIEW = Citation(
    key="COUNTS_PER_VIEW",
    text="At least 1.5 M counts per view (EANM and SNMMI guidelines, lines not read); caution below 1.0 M and no "
    "comparison below 0.5 M follow the repeat errors of ANAND_2016.",
    standing=Standing.UNVERIFIED,
)
"""How many counts a view needs."""

COMPARISON_GATE = Citation(
    key="COMPARISON_GATE",
    text="Limits without a published value: half an hour of uptake time, speed, soft tissue, injection site, bladder.",
    standing=Standing.DECIDED,
)
"""Limits decided for this program."""

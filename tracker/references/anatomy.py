"""Sources on the skeleton: masses, names, codes."""

from tracker.references.citation import Citation, Standing

SPIERS_1968 = Citation(
    key="SPIERS_1968",
    text="Spiers FW. Radioisotopes in the human body. 1968; percent of skeletal mass per bone, as reproduced at "
    "medicalalgorithms.com",
    standing=Standing.READ,
)
"""Read in the reproduction, not in the book."""

MECHANIK_1976 = Citation(
    key="MECHANIK_1976",
    text="Mechanik N, as summarised in Health Physics 1976: spine and pelvis 22 % of bone tissue, skull and mandible "
    "15 %, limbs about half; between-person standard deviation about 10 %, up to 20 %",
    standing=Standing.READ,
)
"""Abstract only."""

PYDICOM_CONCEPTS = Citation(
    key="PYDICOM_CONCEPTS",
    text="SNOMED CT concepts of DICOM PS3.16 as listed in pydicom 3.0 (pydicom.sr)",
    standing=Standing.READ,
)
"""Where the region codes were read."""

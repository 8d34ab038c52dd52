"""Sources of the response criteria, the flare figures and the windows. ``Standing`` says how far each was checked."""

from tracker.references.citation import Citation, Standing

PCWG3 = Citation(
    key="PCWG3",
    text="Scher HI et al. Trial design and objectives for castration-resistant prostate cancer: updated "
    "recommendations from the Prostate Cancer Clinical Trials Working Group 3. J Clin Oncol 2016;34:1402-1418 "
    "(PMC4872347). Abstract read; the tables themselves were not.",
    standing=Standing.READ,
)
"""Bone progression by the 2+2 rule, re-baselined to the first on-treatment scan."""

PCWG3_STATUS = Citation(
    key="PCWG3_STATUS",
    text="Vignette 'Prostate cancer PCWG3 response' of the open-source package admiralonco, pharmaverse: status "
    "values PD, PDu, NON-PD, NED, NE, their rewriting, and the overall time-point response (Table 1).",
    standing=Standing.READ,
)
"""How PDu is rewritten, and the overall response table."""

BONE_DECIDED = Citation(
    key="BONE_DECIDED",
    text="Decided for this program where the published bone criteria are silent or their charters differ: scans that "
    "come too soon, a late first scan, which foci count, diffuse disease, a missing baseline, scans after progression.",
    standing=Standing.DECIDED,
)
"""What the published bone criteria leave open."""

PCWG2 = Citation(
    key="PCWG2",
    text="Scher HI et al. Design and end points of clinical trials for patients with progressive prostate cancer and "
    "castrate levels of testosterone: recommendations of the Prostate Cancer Clinical Trials Working Group. "
    "J Clin Oncol 2008;26:1148-1159 (PMID 18309951). Abstract read.",
    standing=Standing.READ,
)
"""Bone progression by two new lesions, the first reassessment confirmed by two more."""

COU_AA_302 = Citation(
    key="COU_AA_302",
    text="COU-AA-302, bone rule of the protocol as reported in PMC4881370: at week 8 two new lesions plus two more on "
    "a confirmatory scan, from week 12 two new lesions, confirmed.",
    standing=Standing.READ,
)
"""PCWG2 as adapted by the abiraterone trial."""

MDA = Citation(
    key="MDA",
    text="Hamaoka T et al. Bone imaging in metastatic breast cancer. J Clin Oncol 2004;22:2942-2953, scan row, as "
    "summarised in PMC3863546.",
    standing=Standing.READ,
)
"""MD Anderson criteria, bone-scan row."""

BONE_LESION_AREA = Citation(
    key="BONE_LESION_AREA",
    text="Brown MS et al. Computer-aided quantitative bone scan assessment of prostate cancer treatment response. "
    "Nucl Med Commun 2012;33:384-394; limit of 30 % from the cabozantinib trials.",
    standing=Standing.UNVERIFIED,
)
"""Lesion area falls or rises by 30 %."""

SCAN_INDEX = Citation(
    key="SCAN_INDEX",
    text="Imbriaco M et al. Clin Cancer Res 1998;4:1765-1772 (index); Anand A et al. EJNMMI Res 2016 (PMC4975929): "
    "0.30 is the repeatability of one product; another implementation measures its own; Dennis ER et al. J Clin "
    "Oncol 2012;30:519-524 (doubling).",
    standing=Standing.READ,
)
"""Change of the whole-skeleton index."""

FLARE = Citation(
    key="FLARE",
    text="Coleman RE et al. 1988 (worse at 3, better at 6 months; new after 6 months is progression); Vogel CL et al. "
    "1995; Janicek MJ et al. 1994; Johns WD et al. 1990 (3-6 months); Ryan CJ et al. 2011 (PMC3657705).",
    standing=Standing.READ,
)
"""When a flare appears and settles."""

EANM_2016 = Citation(
    key="EANM_2016",
    text="Van den Wyngaert T et al. The EANM practice guidelines for bone scintigraphy. Eur J Nucl Med Mol Imaging "
    "2016;43:1723-1738: more or hotter foci less than six months apart may be progression or flare.",
    standing=Standing.READ,
)
"""Caution up to six months."""

RECIST = Citation(
    key="RECIST",
    text="Eisenhauer EA et al. New response evaluation criteria in solid tumours: revised RECIST guideline (version "
    "1.1). Eur J Cancer 2009;45:228-247.",
    standing=Standing.UNVERIFIED,
)
"""Soft-tissue response."""

RPFS = Citation(
    key="RPFS",
    text="Radiographic progression-free survival as in COU-AA-302: randomisation to confirmed bone progression, "
    "soft-tissue progression or death; handling of gaps and new therapy differs between charters.",
    standing=Standing.DECIDED,
)
"""Event and censoring."""

LESION_REPEATABILITY = Citation(
    key="LESION_REPEATABILITY",
    text="Per-lesion repeatability of NaF PET in 35 patients, 411 lesions (PMC6952054): 95 % limits of the maximum "
    "x0.76 to x1.32. A stand-in where an uptake is given without its own error.",
    standing=Standing.READ,
)
"""Used only where numbers come without an error."""

DESCRIPTIVE = Citation(
    key="DESCRIPTIVE",
    text="Description against the reference visit: number, extent and intensity apart, each with its error. No claim "
    "of response.",
    standing=Standing.DECIDED,
)
"""What was measured, in words."""

TREATMENT_CLOCK = Citation(
    key="TREATMENT_CLOCK",
    text="Days since the current anticancer line began: early 1-91, flare window 92-182, after 183; from Coleman 1988, "
    "Johns 1990, Ryan 2011 and the EANM guideline 2016.",
    standing=Standing.DECIDED,
)
"""Windows of the treatment clock."""

CRITERIA: tuple[Citation, ...] = (
    PCWG3,
    PCWG3_STATUS,
    BONE_DECIDED,
    PCWG2,
    COU_AA_302,
    MDA,
    BONE_LESION_AREA,
    SCAN_INDEX,
    FLARE,
    EANM_2016,
    RECIST,
    RPFS,
    LESION_REPEATABILITY,
    DESCRIPTIVE,
    TREATMENT_CLOCK,
)
"""Every citation of this subject, in the order of the rule table."""

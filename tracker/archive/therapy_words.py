"""How people write the class of a treatment, and the agents whose class is certain from their name."""

import re
from types import MappingProxyType

from tracker.archive.table_rows import plain
from tracker.records.context import TherapyClass

_WRITTEN: dict[TherapyClass, str] = {
    TherapyClass.ENDOCRINE: "hormone, hormonal, hormone therapy, hormonal therapy, endocrine therapy, adt, "
    "androgen deprivation, androgen deprivation therapy, castration, lhrh, gnrh, gnrh agonist, gnrh antagonist, "
    "antiandrogen, aromatase inhibitor, serm, serd, antioestrogen, antiestrogen",
    TherapyClass.ANDROGEN_PATHWAY: "arpi, arsi, arta, ari, androgen receptor pathway inhibitor, "
    "androgen receptor inhibitor, androgen receptor signalling inhibitor, androgen receptor signaling inhibitor, "
    "androgen pathway inhibitor, cyp17 inhibitor, nha, novel hormonal agent, ar targeted",
    TherapyClass.CHEMOTHERAPY: "chemo, cytotoxic, taxane, cytotoxic chemotherapy",
    TherapyClass.TARGETED: "targeted therapy, tki, tyrosine kinase inhibitor, kinase inhibitor, parp inhibitor, "
    "cdk4/6 inhibitor, her2, anti-her2, mtor inhibitor, antibody drug conjugate, adc, egfr inhibitor",
    TherapyClass.IMMUNOTHERAPY: "immune therapy, io, checkpoint inhibitor, immune checkpoint inhibitor, pd-1, pd-l1, "
    "vaccine",
    TherapyClass.RADIOPHARMACEUTICAL: "radioligand, radioligand therapy, radionuclide, radionuclide therapy, prrt, "
    "alpha emitter, radium, radium-223, lutetium, lu-psma, 177lu-psma, radiopharmaceutical therapy",
    TherapyClass.RADIOTHERAPY: "radiation, radiation therapy, ebrt, external beam radiotherapy, external beam, "
    "palliative radiotherapy, sbrt, rt",
    TherapyClass.BONE_PROTECTING: "bone protecting, bone protecting agent, bone protective, bone protective agent, "
    "bone protection, bone modifying, bone modifying agent, bma, bone targeted agent, bone targeting agent, bta, "
    "bone health agent, bone agent, bone directed, bone directed agent, osteoprotective, antiresorptive, "
    "anti-resorptive, antiresorptive agent, osteoclast inhibitor, bisphosphonate, bisphosphonates, rankl inhibitor, "
    "rank ligand inhibitor, denosumab, zoledronic acid, zoledronate, osteoclast targeted therapy",
    TherapyClass.SUPPORTIVE: "supportive care, best supportive care, steroid, corticosteroid, glucocorticoid, "
    "analgesic, antiemetic, placebo, vitamin d, calcium",
    TherapyClass.OTHER: "other anticancer",
}

CLASS_OF_WORD = MappingProxyType(
    {
        plain(word): therapy_class
        for therapy_class, words in _WRITTEN.items()
        for word in (therapy_class.value, *words.split(","))
    }
)
"""Written class, without case and separators, to the class of the closed list."""

BONE_AGENTS = re.compile(
    r"denosumab|xgeva|prolia|zoledron|zometa|reclast|aclasta|pamidron|aredia|ibandron|bondronat|boniva|alendron|"
    r"fosamax|risedron|clodron|bonefos|bisphosphonate|romosozumab|teriparatide|calcitonin",
    re.IGNORECASE,
)
"""Agents that protect bone whatever class is written beside them."""

NOT_NAMES = re.compile(
    r"^(acid|acetate|sodium|disodium|monthly|weekly|q\d+w?|\d[\d.]*|mg|iv|sc|po|\W*)$", re.IGNORECASE
)
"""Words beside an agent's name that are not another agent."""


def class_from_word(text: str) -> TherapyClass | None:
    """Return the class that a written text stands for, or None if it is not known.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    TherapyClass or None
        Whatever the case and separators it was written with.

    Examples
    --------
    >>> class_from_word("Bone-Protecting Agents")
    <TherapyClass.BONE_PROTECTING: 'bone_protecting'>
    """
    found = plain(text)
    return CLASS_OF_WORD.get(found) or CLASS_OF_WORD.get(found.removesuffix("s"))


def protects_bone(agent: str) -> bool:
    """Return whether everything named in an agent cell is a bone-protecting agent.

    Parameters
    ----------
    agent : str
        As written, such as ``"zoledronic acid 4 mg"``.

    Returns
    -------
    bool
        False for a combination with anything else.

    Examples
    --------
    >>> protects_bone("Zoledronic acid 4 mg"), protects_bone("docetaxel + denosumab")
    (True, False)
    """
    words = [word for word in re.split(r"[\s,+/&();]+", agent) if not NOT_NAMES.match(word)]
    return bool(words) and all(BONE_AGENTS.search(word) for word in words)

"""The coded words of the standard that whole-body bone scans use (DICOM PS3.16, SNOMED CT).

Codes are written in SNOMED CT; older spellings are understood when reading.
"""

from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tracker.records.view import Projection

NM_STORAGE = "1.2.840.10008.5.1.4.1.1.20"
"""Nuclear Medicine Image Storage (PS3.4 B.5)."""

NM_STORAGE_RETIRED = "1.2.840.10008.5.1.4.1.1.5"
"""Nuclear Medicine Image Storage, retired: still in archives."""

NM_CLASSES = (NM_STORAGE, NM_STORAGE_RETIRED)
"""Storage classes whose pixels are counts by definition."""

DICOMDIR_STORAGE = "1.2.840.10008.1.3.10"
"""Media Storage Directory: an index of other files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One coded word.

    Parameters
    ----------
    value : str
        Code value.
    scheme : str
        Coding scheme designator.
    meaning : str
        Words for people.
    """

    value: str
    scheme: str
    meaning: str

    def sequence(self, **nested: Sequence) -> Sequence:
        """Return a sequence of one item that holds this code.

        Parameters
        ----------
        **nested : Sequence
            Further sequences of the item, by keyword.

        Returns
        -------
        Sequence
            One item.
        """
        item = Dataset()
        item.CodeValue = self.value
        item.CodingSchemeDesignator = self.scheme
        item.CodeMeaning = self.meaning
        for keyword, value in nested.items():
            setattr(item, keyword, value)
        return Sequence([item])


VIEW_CODES: dict[Projection, Code] = {
    Projection.ANTERIOR: Code(value="399321004", scheme="SCT", meaning="anterior projection"),
    Projection.POSTERIOR: Code(value="399001007", scheme="SCT", meaning="posterior projection"),
}
"""CID 26 Nuclear Medicine Projections."""

RECUMBENT = Code(value="102538003", scheme="SCT", meaning="recumbent")
"""CID 19 Patient Orientation."""

SUPINE = Code(value="40199007", scheme="SCT", meaning="supine")
"""CID 20 Patient Orientation Modifier."""

HEAD_FIRST = Code(value="102540008", scheme="SCT", meaning="headfirst")
"""CID 21 Patient Equipment Relationship."""

FEET_FIRST = Code(value="102541007", scheme="SCT", meaning="feet-first")
"""CID 21 Patient Equipment Relationship."""

TECHNETIUM = Code(value="72454006", scheme="SCT", meaning="^99m^Technetium")
"""CID 18 Isotopes in Radiopharmaceuticals."""


def code_words(sequence: Any) -> tuple[str, ...]:  # noqa: ANN401  (a pydicom sequence is untyped)
    """Return what the items of a code sequence say: values and meanings, in order.

    Parameters
    ----------
    sequence : Sequence or None
        A code sequence, or nothing.

    Returns
    -------
    tuple of str
        ``"value|scheme|meaning"`` per item; empty where there is no sequence.
    """
    return tuple(
        "|".join(str(item.get(keyword, "")) for keyword in ("CodeValue", "CodingSchemeDesignator", "CodeMeaning"))
        for item in sequence or ()
    )

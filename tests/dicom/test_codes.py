import re
from pathlib import Path

import tracker.comparability
import tracker.dicom
from tracker.dicom.notice_texts import NOTICE_TEXTS


def codes_in(package: object, pattern: str) -> set[str]:
    folder = Path(str(package.__file__)).parent  # type: ignore[attr-defined]
    return {code for path in folder.glob("*.py") for code in re.findall(pattern, path.read_text(encoding="utf-8"))}


def words_of(package: object) -> set[str]:
    return set(re.findall(r"[A-Z_]{4,}", package.__doc__ or ""))


def test_every_refusal_is_listed() -> None:
    refusals = codes_in(tracker.dicom, r'FileRejected\([^)]*?code="([A-Z_]+)"')
    assert len(refusals) > 30
    assert refusals <= words_of(tracker.dicom)


def test_every_notice_has_a_sentence() -> None:
    for code, text in NOTICE_TEXTS.items():
        assert re.fullmatch(r"[A-Z_]+", code)
        assert text.endswith(".")
    assert list(NOTICE_TEXTS) == sorted(NOTICE_TEXTS)


def test_every_comparability_code_is_in_the_table() -> None:
    codes = codes_in(tracker.comparability, r'(?:caution|refusal|reason)\("([A-Z_]+)"')
    assert len(codes) > 15
    assert codes <= words_of(tracker.comparability)

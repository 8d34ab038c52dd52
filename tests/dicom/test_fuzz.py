import pytest

from benchmarks.reading_fuzz import mutant, seed_files, tally
from tracker.dicom.examiner import Examiner

COPIES = 140
FILES = seed_files()


@pytest.mark.parametrize("name", ["explicit", "rle", "real scan"])
def test_damaged_copies_never_pass_with_other_counts(examiner: Examiner, name: str) -> None:
    found = tally(examiner, FILES[name], range(COPIES))
    assert found.other == 0
    assert found.same + found.refused.total() == COPIES
    assert found.refused["DECODE_DIED"] == 0
    assert found.refused.total() > COPIES // 2, "the damage is real"
    assert found.slowest_s < 10


def test_damaged_copies_of_jpeg_2000_hardly_ever_pass(examiner: Examiner) -> None:
    assert tally(examiner, FILES["jpeg_2000"], range(COPIES)).other <= 1


def test_the_same_seed_damages_in_the_same_way() -> None:
    data = FILES["explicit"]
    assert all(mutant(data, seed) == mutant(data, seed) for seed in range(14))
    assert len({mutant(data, seed) for seed in range(14)}) > 10

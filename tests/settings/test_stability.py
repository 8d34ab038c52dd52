"""The declared set of plausible settings: every variant is possible, distinct, and changes what it says."""

import pytest

from tracker.settings.stability import VARIANTS, Variant, variant_settings
from tracker.settings.whole import Settings


def test_there_are_twenty_distinct_variants() -> None:
    assert len(VARIANTS) == 20
    assert len({variant.name for variant in VARIANTS}) == 20
    assert len({str(variant.values) for variant in VARIANTS}) == 20


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_variant_changes_exactly_one_stage(variant: Variant) -> None:
    base, other = Settings(), variant_settings(Settings(), variant)
    stages = [name for name in Settings.__dataclass_fields__ if getattr(base, name) != getattr(other, name)]
    assert stages == list(variant.values)
    assert variant.text

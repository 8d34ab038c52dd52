"""Simulated scans are as bright, part by part, as a real one."""

import sysconfig
from pathlib import Path

import numpy as np
import pytest

from benchmarks.realism import (
    PARTNER,
    REAL_BONE,
    REAL_SOFT,
    densities_real,
    densities_simulated,
    real_counts,
    simulated_person,
)

installed = any(Path(sysconfig.get_paths()["purelib"]).rglob("JPEG-LL.dcm"))


@pytest.mark.skipif(not installed, reason="pydicom-data with the real scan is not installed")
def test_within_thirty_per_cent_of_the_real_scan() -> None:
    real = densities_real(real_counts(), 2.26**2 / 100)
    people = [densities_simulated(simulated_person(seed)) for seed in (11, 12, 13)]
    for part in (*REAL_BONE, *REAL_SOFT):
        quotient = np.mean([person[part] for person in people]) / real[part]
        assert 0.7 < quotient < 1.3, (part, quotient)
    for part in REAL_BONE:
        soft = PARTNER.get(part, "thigh")
        contrast = np.mean([person[part] / person[soft] for person in people])
        assert 0.7 < contrast / (real[part] / real[soft]) < 1.3, part

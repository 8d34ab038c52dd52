"""Small studies with a body in them, for tests of reading and writing."""

import struct
import warnings
from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from pydicom import config
from pydicom.dataset import Dataset

from tracker.dicom import Encoding, uid_of
from tracker.dicom.nm_object import nm_object
from tracker.dicom.structure import LONG_FORM
from tracker.dicom.write import object_bytes
from tracker.records.study import Acquisition, PatientClues, Study
from tracker.records.view import Orientation, Projection, View

SHAPE = (192, 64)
SPACING_MM = (9.6, 9.0)


def body(side: Projection, seed: int = 3, shape: tuple[int, int] = SHAPE) -> NDArray[np.float64]:
    """A crude body as its detector sees it: head, trunk with a spine, one raised arm, two legs."""
    rows, cols = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j]
    across = cols - 0.5

    def blob(row: float, col: float, high: float, wide: float) -> NDArray[np.float64]:
        return np.exp(-0.5 * (((rows - row) / high) ** 2 + ((across - col) / wide) ** 4))

    behind = side is Projection.POSTERIOR
    image = 9 * blob(0.10, 0.0, 0.03, 0.1) + 7 * blob(0.32, 0.0, 0.09, 0.26) + 6 * blob(0.50, 0.0, 0.04, 0.22)
    image += (9.0 if behind else 4.0) * blob(0.33, 0.0, 0.12, 0.045)
    image += 3 * blob(0.66, 0.12, 0.10, 0.07) + 3 * blob(0.66, -0.12, 0.10, 0.07)
    image += 3 * blob(0.85, 0.10, 0.06, 0.05) + 3 * blob(0.85, -0.10, 0.06, 0.05)
    image += 4 * blob(0.46, 0.38, 0.05, 0.05) + 3 * blob(0.38, -0.36, 0.12, 0.05)
    counts = np.random.default_rng(seed).poisson(4 * image).astype(float)
    return counts[:, ::-1] if behind else counts


def visit(**changes: object) -> Study:
    """A visit with everything stated; any field may be replaced."""
    views = tuple(
        View(
            projection=side,
            counts=body(side, seed=3 + number),
            spacing_mm=SPACING_MM,
            orientation=Orientation(patient_left_first=side is Projection.POSTERIOR),
        )
        for number, side in enumerate(Projection)
    )
    facts = Acquisition(
        tracer="MDP",
        activity_mbq=740.0,
        uptake_time_h=3.25,
        duration_s=900.0,
        scan_velocity_mm_s=2.0,
        scan_length_mm=1800.0,
        energy_window_kev=(126.5, 154.5),
        collimator="LEHR",
        manufacturer="ACME",
        model="Camera",
        station="ROOM1",
        corrections=("NRGY", "LIN"),
    )
    given = {
        "patient_id": "P1",
        "study_uid": uid_of("P1", "1"),
        "study_date": date(2024, 1, 8),
        "acquired_at": datetime(2024, 1, 8, 1, 30),  # noqa: DTZ001
        "views": views,
        "acquisition": facts,
        "clues": PatientClues(birth_date=date(1950, 2, 1), sex="M", height_m=1.75, weight_kg=80.5),
    } | changes
    return Study(**given)  # type: ignore[arg-type]


def native(**changes: object) -> Dataset:
    """A two-frame object of `visit`, to be bent; attributes may be replaced, None deletes one."""
    study = visit()
    return bent(nm_object(study, study.views), changes)


def bent(item: Dataset, changes: Mapping[str, object]) -> Dataset:
    """An object with attributes replaced, invalid values and all; None deletes one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for keyword, value in changes.items():
            if value is None:
                del item[keyword]
            else:
                setattr(item, keyword, value)
    return item


def file_of(item: Dataset, encoding: Encoding = Encoding.EXPLICIT) -> bytes:
    """A file of an object, invalid values and all."""
    with warnings.catch_warnings(), config.disable_value_validation():
        warnings.simplefilter("ignore")
        return object_bytes(item, encoding)


def element(tag: int, kind: bytes, value: bytes, length: int | None = None) -> bytes:
    """One explicit little-endian element with any stated length."""
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + kind
    stated = len(value) if length is None else length
    if kind in LONG_FORM:
        return head + b"\0\0" + struct.pack("<I", stated) + value
    return head + struct.pack("<H", stated) + value


def with_element(data: bytes, tag: int, replacement: bytes) -> bytes:
    """An explicit little-endian file with one top-level element replaced, or inserted in its place."""
    position = 132
    while position < len(data):
        group, number = struct.unpack_from("<HH", data, position)
        kind = data[position + 4 : position + 6]
        long = kind in LONG_FORM
        length = struct.unpack_from("<I" if long else "<H", data, position + (8 if long else 6))[0]
        end = position + (12 if long else 8) + length
        if group << 16 | number >= tag:
            stop = end if group << 16 | number == tag else position
            return data[:position] + replacement + data[stop:]
        position = end
    return data + replacement

"""The template: what many simulated people taught about where bones lie and how much tracer healthy ones take.

``python -m tracker.simulation.template`` rebuilds the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tracker.errors import SkeletonError
from tracker.records.regions import FINE_LABEL, FINE_REGIONS, mirrored_name

TEMPLATE_FILE = Path(__file__).parent / "data" / "template.npz"
"""Weights and tables; derived from the bones that ``NOTICE`` names."""

FORMAT = 1
"""Layout of the file that this module reads."""

STEP_MM = 2.4
"""Pixel spacing on which the template was learned, millimetres: the commonest whole-body matrix."""

LABEL_COUNT = len(FINE_REGIONS) + 1
"""Fine regions and background."""

LOW_CHANNELS = ("body", "anterior", "posterior", "soft")
"""Outputs per cell before the sites: body (log-odds), square roots of expected uptake and of its soft-tissue part."""

SITE_COUNT = 5
"""Physiologic sites per view, in the order of `tracker.records.skeleton.Physiologic` without ``NONE``."""

OTHER_SIDE: NDArray[np.intp] = np.array([0] + [FINE_LABEL[mirrored_name(region.name)] for region in FINE_REGIONS])
"""Label of the same region on the patient's other side."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Template:
    """What was learned, ready to use.

    Parameters
    ----------
    version : str
        Name of this build, stored with results.
    weights : mapping of str to ndarray
        Layers of the network, float32.
    relative_spread : ndarray, shape (LABEL_COUNT,), float32
        Standard deviation between healthy people of the uptake of each fine region, relative; entry 0 is soft tissue.
    area_share : ndarray, shape (2, LABEL_COUNT), float32
        Usual share of each fine region in the labelled area of the anterior and the posterior view.
    """

    version: str
    weights: Mapping[str, NDArray[np.float32]]
    relative_spread: NDArray[np.float32]
    area_share: NDArray[np.float32]


@cache
def the_template() -> Template:
    """Return the template shipped with the program, loaded once.

    Returns
    -------
    Template
        Read-only arrays.

    Raises
    ------
    SkeletonError
        If the file is of another format.
    """
    with np.load(TEMPLATE_FILE) as stored:
        arrays = {name: stored[name] for name in stored.files}
    if int(arrays["format"]) != FORMAT:
        raise SkeletonError(
            f"the skeleton template has format {int(arrays['format'])}, this program reads {FORMAT}",
            remedy="rebuild it with python -m tracker.simulation.template",
        )
    weights = {
        name.removeprefix("net."): array.astype(np.float32) for name, array in arrays.items() if name.startswith("net.")
    }
    for array in weights.values():
        array.flags.writeable = False
    return Template(
        version=str(arrays["version"]),
        weights=MappingProxyType(weights),
        relative_spread=arrays["relative_spread"].astype(np.float32),
        area_share=arrays["area_share"].astype(np.float32),
    )

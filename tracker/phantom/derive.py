"""From the bone meshes to the labelled point cloud that the phantom is made of: ``python -m tracker.phantom.derive``.

Every bone is filled on its own regular grid by counting signed crossings of its surface along three directions, of
which two must agree, and each point keeps its depth under the surface. Only the cloud is shipped.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.phantom.anatomy import CLOUD_FILE, COORDINATE_STEP_MM, DEPTH_STEP_MM, ORIGIN_MM

MESH_FILE = Path(__file__).parent / "bones" / "myo_fullbody_bones_labelled.npz"
"""Named bone meshes, with licence and description beside them; not part of the installed wheel."""

SKULL_SHELL_MM = 7.0
"""Thickness kept of the cranial vault: the mesh is one closed shell. Adult vault 6-7 mm."""

FACE_BELOW_Z_MM = 1592.0
"""Below this height and in front of `FACE_BEHIND_Y_MM` the skull mesh is face, kept whole."""

FACE_BEHIND_Y_MM = 190.0
"""See `FACE_BELOW_Z_MM`."""

RAY_OFFSET = 1e-4
"""Rays run this fraction of a step beside the grid lines, so that none meets a vertex or an edge."""


def crossings(triangles: NDArray[np.float64], axes: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return how often the surface has been entered along each grid line of the last axis: 1 inside, 0 outside.

    Parameters
    ----------
    triangles : ndarray, shape (m, 3, 3), float64
        Corners of each face, millimetres.
    axes : list of ndarray
        Three increasing regular coordinate axes.

    Returns
    -------
    ndarray, shape of the grid, float64
        Signed crossings up to each grid point.
    """
    change = np.zeros([len(axis) for axis in axes])
    u, v, w = (axis + RAY_OFFSET * (axis[1] - axis[0]) for axis in axes)
    for face in triangles:
        low, high = face.min(axis=0), face.max(axis=0)
        iu = np.arange(*np.searchsorted(u, (low[0], high[0])))
        iv = np.arange(*np.searchsorted(v, (low[1], high[1])))
        if not (iu.size and iv.size):
            continue
        (au, av), (bu, bv) = face[1, :2] - face[0, :2], face[2, :2] - face[0, :2]
        area = au * bv - av * bu
        if area == 0:
            continue
        du, dv = u[iu][:, None] - face[0, 0], v[iv][None, :] - face[0, 1]
        second, third = (du * bv - dv * bu) / area, (au * dv - av * du) / area
        row, col = np.nonzero((second >= 0) & (third >= 0) & (second + third <= 1))
        height = face[0, 2] + second[row, col] * (face[1, 2] - face[0, 2]) + third[row, col] * (face[2, 2] - face[0, 2])
        np.add.at(change, (iu[row], iv[col], np.searchsorted(w, height)), np.sign(area))
    return np.asarray(change.cumsum(axis=2))


def inside_surface(triangles: NDArray[np.float64], axes: list[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Return which grid points lie inside a surface: two of three ray directions must agree.

    Parameters
    ----------
    triangles : ndarray, shape (m, 3, 3), float64
        Corners of each face, millimetres.
    axes : list of ndarray
        Three increasing regular coordinate axes, reaching past the surface.

    Returns
    -------
    ndarray, shape of the grid, bool
        True inside.
    """
    votes = np.zeros([len(axis) for axis in axes], dtype=np.uint8)
    for order in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        along = np.abs(crossings(triangles[:, :, order], [axes[k] for k in order])) > 0.5
        votes += np.transpose(along, np.argsort(order))
    return votes >= 2


def grid_step_mm(name: str, extent_mm: NDArray[np.float64]) -> float:
    """Return the sampling of one bone: fine for the small ones, 3 mm for the large.

    Parameters
    ----------
    name : str
        Bone name of the mesh file.
    extent_mm : ndarray, shape (3,), float64
        Size of the bone's bounding box.

    Returns
    -------
    float
        Grid step, millimetres.
    """
    if name == "hat_skull" or extent_mm.max() > 140 and "rib" not in name and "cartilage" not in name:
        return 3.0
    return 2.0 if "rib" in name or extent_mm.max() < 80 else 2.4


def filled(name: str, triangles: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the points inside one bone.

    Parameters
    ----------
    name : str
        Bone name of the mesh file.
    triangles : ndarray, shape (m, 3, 3), float64
        Its surface, millimetres.

    Returns
    -------
    tuple
        Points (n, 3) in millimetres, depth under the surface (n,) in millimetres, grid step in millimetres.
    """
    low, high = triangles.min(axis=(0, 1)), triangles.max(axis=(0, 1))
    step = grid_step_mm(name, high - low)
    axes = [np.arange(low[k] - 1.5 * step, high[k] + 2.5 * step, step) for k in range(3)]
    inside = inside_surface(triangles, axes)
    depth = ndimage.distance_transform_edt(inside, sampling=step) - step / 2
    places = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)[inside]
    return places, depth[inside], step


def kept(name: str, points: NDArray[np.float64], depth: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points of a filled mesh are bone that takes tracer.

    Parameters
    ----------
    name : str
        Bone name of the mesh file.
    points : ndarray, shape (n, 3), float64
        Places, millimetres.
    depth : ndarray, shape (n,), float64
        Depth under the surface, millimetres.

    Returns
    -------
    ndarray, shape (n,), bool
        The vault of the skull keeps its shell only; of the breastbone piece only the breastbone itself stays.
    """
    x, y, z = points.T
    if name == "hat_skull":
        return np.asarray((depth < SKULL_SHELL_MM) | ((z < FACE_BELOW_Z_MM) & (y < FACE_BEHIND_Y_MM)))
    if name == "sternum_and_costal_cartilage":
        half_width = np.interp(z, [1215, 1235, 1260, 1350, 1372, 1400, 1415], [4, 10, 19, 16, 22, 32, 30])
        return np.asarray((np.abs(x) < half_width) & (z > 1215))
    return np.ones(len(points), dtype=bool)


def derive(mesh_file: Path = MESH_FILE, cloud_file: Path = CLOUD_FILE) -> None:
    """Write the point cloud.

    Parameters
    ----------
    mesh_file : Path, optional
        Named meshes.
    cloud_file : Path, optional
        Compressed arrays that the phantom loads.
    """
    mesh = np.load(mesh_file)
    places, bones, depths, steps = [], [], [], []
    for index, name in enumerate(mesh["label_names"]):
        triangles = mesh["vertices_mm"].astype(np.float64)[mesh["faces"][mesh["face_label"] == index]]
        points, depth, step = filled(str(name), triangles)
        keep = kept(str(name), points, depth)
        places.append(points[keep])
        depths.append(depth[keep])
        bones.append(np.full(keep.sum(), index, dtype=np.uint8))
        steps.append(step)
    np.savez_compressed(
        cloud_file,
        place=np.round((np.concatenate(places) - ORIGIN_MM) / COORDINATE_STEP_MM).astype(np.int16),
        bone=np.concatenate(bones),
        depth=np.clip(np.round(np.concatenate(depths) / DEPTH_STEP_MM), 0, 255).astype(np.uint8),
        step_mm=np.array(steps, dtype=np.float32),
        names=mesh["label_names"],
    )


if __name__ == "__main__":
    derive()

"""Run one function over many patients: in this process or in a pool of processes, same code, same results."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Result = TypeVar("Result")

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Numerical libraries read these; one thread each, because the small products here get slower with two."""


def available_cores() -> int:
    """Return how many processor cores this process may use.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def run(function: Callable[[Item], Result], items: Sequence[Item], *, workers: int) -> Iterator[Result]:
    """Yield ``function(item)`` for every item, in the order given.

    Parameters
    ----------
    function : callable
        Picklable (a module-level function or a partial of one) if ``workers`` is more than 1.
    items : sequence
        What to work on.
    workers : int
        Processes; 1 runs here.

    Yields
    ------
    Result
        One per item, in order, as soon as it and its predecessors are done.
    """
    if workers <= 1 or len(items) <= 1:
        yield from map(function, items)
        return
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
    with ProcessPoolExecutor(min(workers, len(items)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(function, items)


def side_by_side(function: Callable[..., Result], *items: Sequence[Any]) -> list[Result]:
    """Return ``function`` of every item, computed on all cores of this process.

    Array libraries let go of the interpreter while they compute, so that threads help; the results are the same as
    one after the other. Meanwhile the threads of linear algebra rest: those and ours would wait for each other.

    Parameters
    ----------
    function : callable
        Without side effects.
    *items : sequence
        Arguments, all of one length.

    Returns
    -------
    list of Result
        In the order given.
    """
    # OpenCV keeps its threads: told to use one, its functions disturb each other here in the ninth digit.
    with threadpool_limits(1), ThreadPoolExecutor(available_cores()) as pool:
        return list(pool.map(function, *items))

"""Files that were not used, as a table."""

from collections.abc import Iterable

import pandas as pd

from tracker.archive.schema import REJECTED
from tracker.archive.tables import conform, empty
from tracker.records.study import RejectedFile


def rejected_frame(rejected: Iterable[RejectedFile]) -> pd.DataFrame:
    """Return one row per file not used.

    Parameters
    ----------
    rejected : iterable of RejectedFile
        Any order.

    Returns
    -------
    DataFrame
        Columns path, code, reason; ordered by path.
    """
    rows = [{"path": one.path, "code": one.code, "reason": one.reason} for one in rejected]
    return conform(pd.DataFrame(rows), REJECTED) if rows else empty(REJECTED)

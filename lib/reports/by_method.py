"""Sales and cancellations by method, against the days before, with their sum."""

from __future__ import annotations

import pandas as pd

from lib.payments.methods import GROUPS

SUM = "sum"
_MEASURES = ["paid_count", "paid_amount", "cancelled_amount"]


def by_method(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row a chart group, largest sales first, then `SUM`, from two frames of daily totals (`method` and the measures).

    Columns: method (str), paid_count, paid_amount, cancelled_amount (int64; minor units), cancel_rate (float, cancelled
    of paid; NaN where nothing was paid), the same two of the days before as cancelled_before and rate_before, and
    cancelled_change (int64), rate_change (float).
    """
    sums = _summed(now).sort_values("paid_amount", ascending=False, kind="stable")
    earlier = _summed(before).loc[sums.index]
    table = pd.concat([sums, _sum(sums)])
    table[["cancelled_before", "rate_before"]] = pd.concat([earlier, _sum(earlier)])[
        ["cancelled_amount", "cancel_rate"]
    ]
    table["cancelled_change"] = table["cancelled_amount"] - table["cancelled_before"]
    table["rate_change"] = table["cancel_rate"] - table["rate_before"]
    return table.rename_axis("method").reset_index()


def _summed(daily: pd.DataFrame) -> pd.DataFrame:
    return _rated(daily.groupby("method")[_MEASURES].sum().reindex(list(GROUPS), fill_value=0))


def _sum(sums: pd.DataFrame) -> pd.DataFrame:
    return _rated(sums[_MEASURES].sum().to_frame(SUM).T)


def _rated(sums: pd.DataFrame) -> pd.DataFrame:
    paid = sums["paid_amount"]
    return sums.assign(cancel_rate=(sums["cancelled_amount"] / paid).where(paid > 0))

"""The question in pandas, on balances at month starts that are in memory already."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import SEGMENTS, Span
from benchmarks.ledgers import GeneratedLedger, days

FIGURES = ("held", "kept", "opening", "expansion", "contraction", "churn", "new", "returning")


class BalanceFrames:
    """One frame for each month start: account, its MRR above zero, first day, and segment."""

    def __init__(self, ledger: GeneratedLedger, month_starts: list[date]) -> None:
        segment = pd.Series(SEGMENTS, dtype="category").take(ledger.attributes["segment"])
        accounts = pd.DataFrame({"first": ledger.first_days(), "segment": segment.array})
        self._frames = {
            day: accounts.assign(mrr=ledger.balances(day)).query("mrr > 0") for day in month_starts
        }

    def ask(self, span: Span) -> pd.DataFrame:
        """Return the eight figures by segment."""
        both = self._frames[span.start].merge(
            self._frames[span.end],
            how="outer",
            left_index=True,
            right_index=True,
            suffixes=("_0", "_1"),
        )
        opening = both["mrr_0"].fillna(0).to_numpy("int64")
        closing = both["mrr_1"].fillna(0).to_numpy("int64")
        segment = both["segment_0"].where(both["segment_0"].notna(), both["segment_1"])
        is_new = both["first_1"].to_numpy() >= days(span.start)
        held, stays = opening > 0, closing > 0
        change = closing - opening
        parts = {
            "held": held,
            "kept": held & stays,
            "opening": opening,
            "expansion": np.where(held, change.clip(min=0), 0),
            "contraction": np.where(stays, (-change).clip(min=0), 0),
            "churn": np.where(stays, 0, opening),
            "new": np.where(~held & is_new, closing, 0),
            "returning": np.where(~held & ~is_new, closing, 0),
        }
        return pd.DataFrame(parts).groupby(segment.to_numpy(), observed=True).sum()


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the figures as rows that begin with their segment."""
    return list(frame[list(FIGURES)].itertuples(name=None))

"""Works the figures of a pack out from its own rows, and holds all that it says against them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.audit_pack.amounts import minor_of
from bot.audit_pack.faults import BrokenPackError
from bot.audit_pack.opening import OpenPack
from bot.audit_pack.tables import COHORT, EXPANDED, FIGURES, KEPT, OUTSIDE
from bot.style.document import money_json, retention_json
from metrics.retention import Retention

Row = Mapping[str, str]

_RIGHT: Mapping[str, Callable[[int, int], bool]] = {
    EXPANDED: lambda opening, closing: 0 < opening < closing,
    KEPT: lambda opening, closing: 0 < opening == closing,
    "contracted": lambda opening, closing: 0 < closing < opening,
    "paused": lambda opening, closing: closing == 0 < opening,
    "churned": lambda opening, closing: closing == 0 < opening,
}
"""Whether the two ends of an account of the opening base agree with its outcome."""
_OUTSIDE = {"new": "new", "returned": "returning", "resumed": "resumed"}
"""The figure that each outcome of an account outside the base adds to."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Sums of a pack's rows, in minor units; ``closing`` is all MRR when it ends."""

    retention: Retention
    closing: int
    currency: str


def recompute(pack: OpenPack) -> Recomputed:
    """Work the figures out from the accounts, and hold what the pack states against them.

    Raises
    ------
    BrokenPackError
        With the table that does not agree: whoever altered it altered its hash, too.
    """
    stated = {row["figure"]: row["value"] for row in pack.rows(FIGURES)}
    currency = stated.get("currency", "")
    retention = _of_the_cohort(pack.rows(COHORT), currency)
    outside = _of_the_others(pack.rows(OUTSIDE), currency)
    total = retention.closing + sum(outside.values())
    memo = {name: outside[name] for name in _OUTSIDE.values()} | {"total_closing_mrr": total}
    told = retention_json(retention, currency)
    told |= {name: money_json(minor, currency) for name, minor in memo.items()}
    for name, value in told.items():
        if stated.get(name) != str("" if value is None else value):
            raise BrokenPackError(
                f"{FIGURES} says {stated.get(name, 'nothing')} for {name},"
                f" and the rows come to {value}"
            )
    return Recomputed(retention, total, currency)


def _of_the_cohort(rows: Iterable[Row], currency: str) -> Retention:
    accounts, lost, expansion, contraction, churn, opening = 0, 0, 0, 0, 0, 0
    for row in rows:
        before, after = _ends(row, currency, where=COHORT)
        outcome = row["outcome"]
        if outcome not in _RIGHT or not _RIGHT[outcome](before, after):
            raise BrokenPackError(
                f"{COHORT} says {outcome!r} of an account whose MRR says another thing"
            )
        accounts, opening = accounts + 1, opening + before
        expansion += max(after - before, 0)
        if outcome == "churned":
            lost, churn = lost + 1, churn + before
        else:
            contraction += max(before - after, 0)
    return Retention(
        accounts_opening=accounts,
        accounts_retained=accounts - lost,
        opening=opening,
        expansion=expansion,
        contraction=contraction,
        churn=churn,
    )


def _of_the_others(rows: Iterable[Row], currency: str) -> Counter[str]:
    found = Counter[str]()
    for row in rows:
        before, after = _ends(row, currency, where=OUTSIDE)
        if row["outcome"] not in _OUTSIDE or before != 0 or after <= 0:
            raise BrokenPackError(
                f"{OUTSIDE} has an account that is none of those outside the base"
            )
        found[_OUTSIDE[row["outcome"]]] += after
    return found


def _ends(row: Row, currency: str, *, where: str) -> tuple[int, int]:
    before, after, change = (
        minor_of(row[f"{one}_mrr"], currency, where=where)
        for one in ("opening", "closing", "change")
    )
    if after - before != change or row["currency"] != currency:
        raise BrokenPackError(f"{where} has a change that is not closing less opening")
    return before, after

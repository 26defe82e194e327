"""The opening base of an answer as a CSV file that no spreadsheet runs as formulas."""

import csv
import re
from collections.abc import Iterable
from typing import TextIO

from metrics.money import to_major
from metrics.movements import MovementKind, classify
from metrics.pauses import PauseOutcome
from storage.ledger.account_changes import CohortMember

COLUMNS = ("account_id", "name", "opening_mrr", "closing_mrr", "currency", "outcome")
# Spreadsheets skip blanks before a formula, and some read the full-width signs of East Asia.
_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b]*[\x00-\x1f=+\-@\uff1d\uff0b\uff0d\uff20]")


def write_cohort(members: Iterable[CohortMember], *, currency: str, file: TextIO) -> None:
    """Write one row per account of an opening base, amounts in major units."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # an id such as 0042 is no number
    writer.writerow(COLUMNS)
    for member in members:
        writer.writerow(
            (
                inert(member.account_id),
                inert(member.name or ""),
                to_major(member.opening, currency),
                to_major(member.closing, currency),
                currency,
                _outcome(member),
            )
        )


def inert(text: str) -> str:
    """Quote a text that a spreadsheet would run as a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def _outcome(member: CohortMember) -> str:
    if member.is_paused:  # the answer counts it as contraction, and keeps its logo
        return PauseOutcome.PAUSED
    if member.is_kept:
        return MovementKind.CONTRACTION
    kind = classify(member.opening, member.closing, has_paid=True)  # all paid at the opening
    return "retained" if kind is MovementKind.UNCHANGED else kind

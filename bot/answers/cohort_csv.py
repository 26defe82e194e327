"""Who is in the denominator, as a CSV file that no spreadsheet will run."""

import csv
import re
from collections.abc import Iterable
from typing import TextIO

from metrics.money import to_major
from metrics.movements import MovementKind, classify
from storage.ledger.ledger import CohortMember

COLUMNS = ("account_id", "name", "opening_mrr", "closing_mrr", "currency", "outcome")
_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b]*[\x00-\x1f=+\-@\uff1d\uff0b\uff0d\uff20]")
"""Also after blanks, which some leave out, and in the full width of East Asian keyboards."""


def write_cohort(members: Iterable[CohortMember], *, currency: str, file: TextIO) -> None:
    """Write one row per account of an opening base, amounts in major units."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
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
    """Return text that a spreadsheet shows as it is and does not run as a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def _outcome(member: CohortMember) -> str:
    kind = classify(member.opening, member.closing, has_paid=True)
    return "retained" if kind is MovementKind.UNCHANGED else kind

"""Accounts as a CSV file that no spreadsheet runs as formulas."""

import csv
import re
from collections.abc import Iterable
from typing import TextIO

from metrics.money import to_major
from metrics.movements import MovementKind, classify
from metrics.pauses import PauseOutcome
from storage.ledger.account_changes import AccountChange, CohortMember
from storage.ledger.ranked_accounts import RankedAccount

COLUMNS = ("account_id", "name", "opening_mrr", "closing_mrr", "currency", "outcome")
LIST_COLUMNS = (*COLUMNS, "change_mrr", "driver", "owner")
RANKING_COLUMNS = ("account_id", "name", "mrr", "currency", "score", "signs", "owner")
# Spreadsheets skip blanks before a formula, and some read the full-width signs of East Asia.
_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b]*[\x00-\x1f=+\-@\uff1d\uff0b\uff0d\uff20]")


def write_cohort(members: Iterable[CohortMember], *, currency: str, file: TextIO) -> None:
    """Write one row per account of an opening base, amounts in major units."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # an id such as 0042 is no number
    writer.writerow(COLUMNS)
    for member in members:
        writer.writerow((*_balances(member, currency), _outcome(member)))


def write_accounts(accounts: Iterable[AccountChange], *, currency: str, file: TextIO) -> None:
    """Write one row per account of a list, amounts in major units, with its largest driver."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(LIST_COLUMNS)
    for one in accounts:
        driver, owner = next(iter(one.drivers), ""), one.attributes.get("owner", "")
        told = (one.moved or "", to_major(one.change, currency), inert(driver), inert(owner))
        writer.writerow((*_balances(one, currency), *told))


def write_ranking(accounts: Iterable[RankedAccount], *, currency: str, file: TextIO) -> None:
    """Write one row per account of a ranked list, with every sign and its weight."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(RANKING_COLUMNS)
    for one in accounts:
        signs = ", ".join(f"{shown.sign} +{shown.weight}" for shown in one.signs)
        known = inert(one.account_id), inert(one.name or ""), to_major(one.mrr, currency), currency
        writer.writerow((*known, one.score, signs, inert(one.attributes.get("owner", ""))))


def inert(text: str) -> str:
    """Quote a text that a spreadsheet would run as a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def _balances(one: CohortMember | AccountChange, currency: str) -> tuple[object, ...]:
    ends = (to_major(minor, currency) for minor in (one.opening, one.closing))
    return inert(one.account_id), inert(one.name or ""), *ends, currency


def _outcome(member: CohortMember) -> str:
    if member.is_paused:  # the answer counts it as contraction, and keeps its logo
        return PauseOutcome.PAUSED
    if member.is_kept:
        return MovementKind.CONTRACTION
    kind = classify(member.opening, member.closing, has_paid=True)  # all paid at the opening
    return "retained" if kind is MovementKind.UNCHANGED else kind

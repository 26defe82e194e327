"""Another system's totals beside the ledger's, in words."""

from dataclasses import replace
from datetime import date

from bot.data_quality.comparison_message import reconciliation_parts
from bot.style.parts import Headline, Quiet
from metrics.reconciliation import DifferingAccount, Mismatch, MonthComparison
from storage.quality.reconciling import Reconciliation

NOTHING = Reconciliation(
    months=(), by_segment=(), has_accounts=True, later=(), missing=(), only_here=()
)


def headline(found: Reconciliation) -> str:
    [head] = (part for part in reconciliation_parts(found, "crm.csv") if isinstance(part, Headline))
    return head.text


def notes(found: Reconciliation) -> tuple[object, ...]:
    [quiet] = (part for part in reconciliation_parts(found, "crm.csv") if isinstance(part, Quiet))
    return tuple(quiet.lines)


def test_a_file_of_months_behind_the_ledgers_end_is_compared_with_nothing() -> None:
    months = tuple(date(2027, month, 1) for month in range(1, 6))
    found = replace(NOTHING, later=months)

    assert headline(found) == "crm.csv has no month that can be compared"
    assert notes(found) == (
        "Not compared, for the ledger ends before: Jan 2027, Feb 2027, Mar 2027 and 2 more.",
    )


def test_accounts_that_make_each_other_good_still_differ() -> None:
    accounts = tuple(
        DifferingAccount(account=name, there=5 - minor, here=5 + minor, cause=Mismatch.AMOUNT)
        for name, minor in (("acme", 1), ("bolt", -1))
    )
    month = MonthComparison(
        month=date(2026, 9, 1), currency="USD", there=10, here=10, accounts=accounts
    )

    found = replace(NOTHING, months=(month,))

    assert headline(found) == "Sep 2026 agrees in total, and 2 accounts differ"


def test_months_and_currencies_that_the_file_lacks_are_told() -> None:
    found = replace(NOTHING, missing=(date(2026, 8, 1),), only_here=("EUR", "GBP"))

    assert notes(found) == (
        "The file has no row of Aug 2026.",
        "The ledger also has EUR, GBP, which the file does not name.",
    )

"""A stored month in words: each balance with its group, its attributes and its movements."""

from datetime import date
from io import StringIO

from rich.console import Console

from bot.doctor.month_view import month_rows
from storage.columns.showing import ShownMonth, ShownPosition

MONTH = date(2026, 8, 1)
BOLT = ShownPosition(
    account="bolt",
    product=None,
    currency="USD",
    under="acme",
    mrr_minor=10_00,
    first_paid=None,
    attributes={},
    movements=(),
)


def lines(*positions: ShownPosition, count: int) -> list[str]:
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        for row in month_rows(ShownMonth(month=MONTH, count=count, positions=positions)):
            console.print(row)
    return [" ".join(line.split()) for line in capture.get().splitlines() if line.strip()]


def test_a_month_in_which_nobody_pays_says_so() -> None:
    assert lines(count=0) == ["Nobody pays on 1 Aug 2026, and nothing moves in August 2026."]


def test_an_account_beneath_another_names_it_and_what_is_left_out_is_counted() -> None:
    assert lines(BOLT, count=3) == [
        "August 2026: 3 balances with MRR on 1 Aug 2026 or a movement in the month",
        "bolt · under acme $10.00",
        "and 2 more: --limit N shows more of them, --limit 0 all",
    ]

"""Files as people have them: two steps to figures that were worked out by hand, and again.

Most hold one made-up company. On 1 August acme pays 1,500, beta 800, cora 400 and dune 600; in
August acme goes to 1,800, beta to 500, cora leaves, echo comes with 999. Of its contracts cora's
ended in July. Rows of one file are from a source's own documentation of its columns.
"""

from pathlib import Path

import pytest

from tests.held_out.running import Company, Json, command, company
from tests.storage.stores import SqliteTemplate

FILES = Path(__file__).parent / "files"
Figures = tuple[str, str, str, str]
"""Opening MRR, NRR, GRR, logo retention."""

COMPANY = ("3300.00", "0.878788", "0.787879", "0.750000")  # 2,900, 2,600 of 3,300; 3 of 4
CONTRACTS = ("2900.00", "1.000000", "0.896552", "1.000000")  # 2,900, 2,600 of 2,900; 3 of 3
ONE_OF_THREE_LEFT = ("250.00", "0.800000", "0.800000", "0.666667")  # 100 + 100 + 50
A_RENEWAL = ("1200.00", "1.250000", "1.000000", "1.000000")  # 14,400 a year, then 18,000
OBJECTS = ("499.00", "0.899800", "0.899800", "0.800000")  # 2 x 50, 100, 100 + 50, 50 that left, 99
USD = ("--currency", "USD")
CP1252 = ("--encoding", "cp1252")
SPONSORS = (
    *("--map", "account_id=CUSTOMER", "--map", "date=WHEN"),
    *("--map", "amount=MRR_CENTS_DIFF/100"),
)
CASES: dict[str, tuple[str, Figures, tuple[str, ...]]] = {
    "newest-first.csv": ("2026-08", COMPANY, ()),
    "sep-line.csv": ("2026-08", COMPANY, ()),
    "utf-16.txt": ("2026-08", COMPANY, ()),
    "title-lines.csv": ("2026-08", COMPANY, ()),
    "dollar-signs.csv": ("2026-08", COMPANY, ()),
    "bewegungen.csv": ("2026-08", COMPANY, ("--map", "amount=Betrag", *CP1252)),
    "movements.jsonl": ("2026-08", COMPANY, ()),
    "sponsors.csv": ("2026-08", COMPANY, (*SPONSORS, *USD)),
    "chartmogul-mrr-movements.csv": ("2026-08", COMPANY, ()),
    "warehouse.csv": ("2026-08", COMPANY, USD),
    "months-with-blanks.csv": ("2026-08", COMPANY, ()),
    "months-with-zeros.csv": ("2026-08", COMPANY, USD),
    "months.xlsx": ("2026-08", COMPANY, ()),
    "monate.csv": ("2026-08", COMPANY, CP1252),
    "levels.json": ("2026-08", COMPANY, ()),
    "vertraege.csv": ("2026-08", CONTRACTS, CP1252),
    "vertraege.xlsx": ("2026-08", CONTRACTS, ()),
    "vertraege.ods": ("2026-08", CONTRACTS, ()),
    "contract-values.csv": ("2026-08", CONTRACTS, ()),
    "stripe-subscriptions.csv": ("2026-08", ONE_OF_THREE_LEFT, ()),
    "recurly-subscriptions.csv": ("2026-08", ONE_OF_THREE_LEFT, ()),
    "maxio-subscriptions.csv": ("2026-08", ONE_OF_THREE_LEFT, ()),
    "chargebee-subscriptions.csv": (  # 300 a quarter is 100 a month
        *("2026-08", ("350.00", "0.857143", "0.857143", "0.750000"), ()),
    ),
    "stripe-change-events.csv": (  # a swap of products for 50 more, on one day
        *("2026-08", ("300.00", "1.333333", "1.000000", "1.000000"), ()),
    ),
    "stripe-mrr-per-subscriber.csv": (
        *("2026-08", ("300.00", "0.500000", "0.333333", "0.500000"), ()),
    ),
    "stripe-api-period-on-items.json": ("2026-07", OBJECTS, ()),
    "stripe-api-period-on-subscription.json": ("2026-07", OBJECTS, ()),
    "hubspot-deals.csv": ("2026-09", A_RENEWAL, ()),
    "salesforce-opportunities.csv": ("2026-09", A_RENEWAL, ()),
}
each_file = pytest.mark.parametrize("name", CASES)


def asked(bot: Company, period: str) -> tuple[Figures, Json]:
    answer = bot.ask(period, "--today", "2026-11-28")
    found = answer["result"]
    figures = found["opening_mrr"], found["nrr"], found["grr"], found["logo_retention"]
    return figures, answer["activity"]


@each_file
def test_a_file_is_in_by_two_steps_and_once_under_any_name(
    empty: SqliteTemplate, name: str
) -> None:
    period, right, said = CASES[name]
    with company(empty) as bot:
        command("import", str(FILES / name), *said, "--closed-through", "2026-10")
        first = asked(bot, period)
        again = bot.folder / f"again-{name}"
        again.write_bytes((FILES / name).read_bytes())
        command("import", str(again), *said)
        second = asked(bot, period)

    assert first[0] == right
    assert second == first

"""Alert histories whose answers are known beforehand, imported and evaluated as people do."""

import random
from collections.abc import Iterable, Mapping
from datetime import date

import pytest

from tests.held_out.courses import FIRST, closed_after, course, nth
from tests.held_out.running import Json, company
from tests.held_out.test_alerts import check
from tests.reference.oracle import alerts
from tests.reference.oracle.ledger import Ledger, Row
from tests.storage.stores import SqliteTemplate

Standing = Mapping[tuple[str, str], Json]


def standing(empty: SqliteTemplate, ledger: Ledger) -> Standing:
    with company(empty) as bot:
        bot.holds(ledger)
        return bot.alerts()


def firing(found: Standing, value: str = "") -> set[str]:
    return {rule for (rule, of), one in found.items() if of == value and one["state"] == "firing"}


def leaking(*, expands: bool) -> Ledger:
    """Return a company that loses 3 % of its accounts each month, and may hide it."""
    chance = random.Random(1)  # noqa: S311 - nothing here is a secret
    rows: list[Row] = []
    balances: dict[str, int] = {}
    for month in range(34):
        day = nth(month)
        alive = [name for name, balance in balances.items() if balance]
        lost = 0
        for name in chance.sample(alive, round(len(alive) * 0.03)):
            rows.append(Row(name, day, -balances[name], "competitor"))
            lost, balances[name] = lost + balances[name], 0
        if expands and alive:
            extra = int(lost + (sum(balances.values()) + lost) * 0.01)
            left = [name for name in alive if balances[name]]
            picked = chance.sample(left, max(1, len(left) // 10))
            for name in picked:
                rows.append(Row(name, day, extra // len(picked), "seats"))
                balances[name] += extra // len(picked)
        for _ in range(400 if month == 0 else 12):
            name = f"a{len(balances) + 1:04}"
            balances[name] = 10_000
            attributes = {"segment": chance.choice(["enterprise", "smb"])}
            chance.choice(["maya", "ana"])  # an owner, drawn so that the rest is drawn alike
            rows.append(Row(name, day, 10_000, "new_logo", attributes))
    return Ledger(tuple(rows), closed=date(2026, 11, 1))


def a_year(kept: int, expansion: int) -> Ledger:
    """Return a hundred equal accounts: so many are left after a year, and they pay so much more."""
    names = [f"a{number:02}" for number in range(100)]
    rows = [Row(name, FIRST, 10_000) for name in names]
    for place, name in enumerate(names[kept:]):
        rows.append(Row(name, nth(1 + place % 12), -10_000))
    for place, name in enumerate(names[:expansion]):
        rows.append(Row(name, nth(1 + place % 12), 10_000))
    return closed_after(rows, 12)


def test_three_in_a_hundred_a_month_is_far_below_the_floor_of_a_year(empty: SqliteTemplate) -> None:
    ledger = leaking(expands=False)

    found = standing(empty, ledger)

    assert firing(found) == {"floor"}
    assert found["floor", ""]["value"].startswith("0.685")
    for rule in alerts.DEFAULTS:
        check(found[rule, ""], alerts.DEFAULTS[rule], ledger, "", rule)


def test_growth_that_hides_it_is_masking(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        bot.holds(leaking(expands=True))
        added = bot.adds_alert("enterprise below 105%")
        found = bot.alerts()
        year = bot.ask("ttm", "--today", "2026-11-28")["result"]

    assert firing(found) >= {"floor", "masking"}
    assert found["masking", ""]["value"] == year["grr"]
    assert [f"{float(year[name]):.1%}" for name in ("nrr", "grr")] == ["107.0%", "66.9%"]
    own = found[added, "enterprise"]
    assert (own["state"] == "firing") is (float(own["value"]) < 1.05)


@pytest.mark.parametrize(
    ("kept", "expansion", "expected"),
    [
        pytest.param(92, 18, set(), id="110-over-92-is-healthy"),
        pytest.param(70, 60, {"floor", "masking"}, id="130-over-70-is-not"),
        pytest.param(90, 15, {"masking"}, id="105-over-90-is-at-the-edge"),
        pytest.param(89, 10, {"floor"}, id="99-over-89-hides-nothing"),
    ],
)
def test_levels_are_those_of_a_year(
    empty: SqliteTemplate, kept: int, expansion: int, expected: set[str]
) -> None:
    assert firing(standing(empty, a_year(kept, expansion))) & {"floor", "masking"} == expected


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        pytest.param([("a00", 1)], set(), id="one-cent"),
        pytest.param([("a00", 1_000_000)], set(), id="one-of-forty-equal-accounts"),
        pytest.param([("a00", 1_000_000), ("a01", 1_000_000)], {"shock"}, id="two-of-forty"),
    ],
)
def test_after_flat_months_only_three_and_a_half_points_are_a_shock(
    empty: SqliteTemplate, lost: Iterable[tuple[str, int]], expected: set[str]
) -> None:
    rows = course(["100"] * 9, accounts=40)
    rows += [Row(name, nth(10), -amount) for name, amount in lost]

    assert firing(standing(empty, closed_after(rows, 10))) == expected


def test_one_of_twenty_equal_accounts_is_no_shock(empty: SqliteTemplate) -> None:
    rows = [*course(["100"] * 9, accounts=20), Row("a00", nth(10), -1_000_000)]

    assert firing(standing(empty, closed_after(rows, 10))) == set()


def test_an_account_three_times_as_large_as_the_average_is_one(empty: SqliteTemplate) -> None:
    rows = [*course(["100"] * 9, accounts=40), Row("whale", FIRST, 4_000_000)]
    rows.append(Row("whale", nth(10), -1_000_000))

    assert firing(standing(empty, closed_after(rows, 10))) == {"shock"}
    assert firing(standing(empty, closed_after(rows, 11))) == set()


def test_from_102_to_98_fires_in_the_second_low_month(empty: SqliteTemplate) -> None:
    rows = course(["102"] * 8 + ["98", "98"])
    states = []
    with company(empty) as bot:
        bot.imports(rows, "--closed-through", "2024-09")
        for month in ("2024-09", "2024-10", "2024-11"):
            bot.imports(rows, "--closed-through", month)
            states.append(bot.alerts()["sustained-drop", ""]["state"])

    assert states == ["inactive", "pending", "firing"]


@pytest.mark.parametrize(
    ("last", "state"),
    [
        pytest.param([], "firing", id="in-its-month"),
        pytest.param(["100", "100"], "firing", id="not-over-in-months-without-a-movement"),
        pytest.param(["100", "100", "101"], "inactive", id="over-in-the-next-that-has-some"),
    ],
)
def test_a_ledger_that_moves_quarterly_does_not_recover_in_between(
    empty: SqliteTemplate, last: list[str], state: str
) -> None:
    percents = [*["101", "100", "100"] * 3, "96", *last]
    with company(empty) as bot:
        bot.holds(closed_after(course(percents), len(percents)))
        added = bot.adds_alert("company drops 3 points")
        found = bot.alerts()[added, ""]["state"]

    assert found in ({"inactive", "resolved"} if state == "inactive" else {state})


def test_a_level_of_a_user_is_one_of_twelve_months(empty: SqliteTemplate) -> None:
    rows = [row for name in ("enterprise", "smb") for row in course(["101"] * 24, segment=name)]
    with company(empty) as bot:
        bot.holds(closed_after(rows, 24))
        year = bot.adds_alert("enterprise below 105%")
        month = bot.adds_alert("enterprise monthly below 105%")
        found = bot.alerts()

    assert (found[year, "enterprise"]["state"], found[year, "enterprise"]["value"][:5]) == (
        "inactive",
        "1.126",
    )
    assert (found[month, "enterprise"]["state"], found[month, "enterprise"]["value"][:5]) == (
        "firing",
        "1.010",
    )

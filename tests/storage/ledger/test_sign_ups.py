"""Cohorts against plain sums over each account's movements, in fractions and dictionaries."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest

from metrics.cohorts import SignUps
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.slow import only_slow
from tests.storage.stores import csv_text, import_text

END = date(2026, 11, 1)
AGES = (1, 3, 6)
HEAD = "account_id,date,amount,currency,driver,segment"
SMB: Scope = (("segment", "smb"),)


def read(store: Store, *months: date, scope: Scope = ()) -> list[SignUps]:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        return [*ledger.sign_ups(months, AGES, end=END, scope=scope)]


def take(store: Store, *rows: str) -> None:
    import_text(store, csv_text(*rows, header=HEAD))


def test_a_cohort_is_measured_from_the_end_of_its_sign_up_month(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "old,2025-01-01,10.00,USD,,smb",
        "grown,2026-01-10,100.00,USD,,smb",
        "grown,2026-01-20,50.00,USD,seats,",  # before its first whole month: no expansion
        "grown,2026-02-28,30.00,USD,seats,",  # 180 after a month, 120 %
        "left,2026-01-31,20.00,USD,,smb",
        "left,2026-02-10,-20.00,USD,price,",
        "brief,2026-01-05,70.00,USD,,smb",
        "brief,2026-01-25,-70.00,USD,price,",  # gone before its first whole month opens
    )

    [january] = read(sqlite_store, date(2026, 1, 1))

    assert january.accounts == 3
    assert january.gone_early == 2
    assert january.opening.opening == 17_000
    assert january.ages[1].nrr == Fraction(180, 170)
    assert january.ages[1].grr == Fraction(150, 170)
    assert january.ages[1].logo_retention == Fraction(1, 2)


@pytest.mark.parametrize(
    ("day", "gone"),
    [("2026-04-09", 1), ("2026-04-10", 0)],  # the ninetieth day after 10 January is 10 April
)
def test_who_leaves_on_the_ninetieth_day_has_stayed_for_ninety(
    sqlite_store: Store, day: str, gone: int
) -> None:
    take(
        sqlite_store,
        "old,2025-01-01,10.00,USD,,smb",
        "new,2026-01-10,100.00,USD,,smb",
        f"new,{day},-100.00,USD,price,",
    )

    assert read(sqlite_store, date(2026, 1, 1))[0].gone_early == gone


def test_a_pause_is_no_early_churn_and_keeps_its_logo(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "old,2025-01-01,10.00,USD,,smb",
        "new,2026-01-10,100.00,USD,,smb",
        "new,2026-03-15,-100.00,USD,pause,",
    )

    [january] = read(sqlite_store, date(2026, 1, 1))

    assert january.gone_early == 0
    assert (january.ages[3].closing, january.ages[3].accounts_retained) == (0, 1)
    assert january.ages[6].logo_retention == 0  # too long by then


def test_a_group_signs_up_once_and_under_its_topmost_account(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "old,2025-01-01,10.00,USD,,smb",
        "top,2026-01-10,100.00,USD,,enterprise",
        "below,2026-02-10,40.00,USD,,smb",
    )
    import_text(
        sqlite_store, "account_id,parent_id,valid_from\nbelow,top,2026-01-01\n", source="accounts"
    )

    january, february = read(sqlite_store, date(2026, 1, 1), date(2026, 2, 1))

    assert (january.accounts, february.accounts) == (1, 0)
    assert january.ages[1].nrr == Fraction(140, 100)
    assert read(sqlite_store, date(2026, 1, 1), scope=SMB)[0].accounts == 0


def test_who_paid_before_signs_nobody_up_by_coming_below_them(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "old,2025-01-01,10.00,USD,,smb",
        "below,2026-01-10,40.00,USD,,smb",
        "top,2026-02-10,100.00,USD,,smb",
        "new,2026-02-10,7.00,USD,,smb",
    )
    import_text(
        sqlite_store, "account_id,parent_id,valid_from\nbelow,top,2026-02-15\n", source="accounts"
    )

    january, february = read(sqlite_store, date(2026, 1, 1), date(2026, 2, 1))

    assert (january.accounts, january.opening.opening) == (1, 4_000)
    assert (february.accounts, february.opening.opening) == (1, 700)


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=only_slow) for seed in range(2, 8))]
)
def test_cohorts_are_what_adding_up_each_account_gives(sqlite_store: Store, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a company, no secret
    moves = drawn(random)
    rows = [
        f"{account},{day},{amount / 100:.2f},USD,,{segment}"
        for (account, segment), days in moves.items()
        for day, amount in days.items()
    ]
    take(sqlite_store, *rows)
    months = [shift_months(date(2026, 1, 1), at) for at in range(10)]

    for scope in ((), SMB):
        own = {one: days for one, days in moves.items() if not scope or one[1] == "smb"}
        found = [simple(one) for one in read(sqlite_store, *months, scope=scope)]
        assert found == [by_hand(own, month) for month in months]


Found = tuple[int, int | None, dict[int, tuple[int, int, int, int, int]]]


def simple(found: SignUps) -> Found:
    ages = {
        age: (
            kept.accounts_opening,
            kept.accounts_retained,
            kept.opening,
            kept.closing,
            kept.opening - kept.contraction - kept.churn,
        )
        for age, kept in found.ages.items()
    }
    return found.accounts, found.gone_early, ages


def drawn(random: Random) -> dict[tuple[str, str], dict[date, int]]:
    found: dict[tuple[str, str], dict[date, int]] = {("old", "smb"): {date(2025, 1, 1): 100}}
    for number in range(40):
        held, days = 0, defaultdict[date, int](int)
        day = date(2026, 1, 1) + timedelta(random.randrange(300))
        while day < END:
            amount = random.choice([-held, -held // 2, 700, 1300, 0]) if held else 1000
            if amount:
                days[day] += amount
                held += amount
            day += timedelta(random.randrange(1, 80))
        found[f"a{number}", random.choice(["smb", "enterprise"])] = dict(days)
    return found


def by_hand(moves: dict[tuple[str, str], dict[date, int]], month: date) -> Found:
    """Work a month's sign-ups out from each account's own days."""
    opens = shift_months(month, 1)
    new = [days for days in moves.values() if days and month <= min(days) < opens]
    base = [days for days in new if mrr(days, opens)]
    ages = {}
    for age in (0, *AGES):
        day = shift_months(opens, age)
        if day <= END:
            ages[age] = (
                len(base),
                sum(mrr(days, day) > 0 for days in base),
                sum(mrr(days, opens) for days in base),
                sum(mrr(days, day) for days in base),
                sum(min(mrr(days, opens), mrr(days, day)) for days in base),
            )
    is_over = opens - timedelta(1) + timedelta(90) <= END
    gone = sum(not mrr(days, min(days) + timedelta(90)) for days in new) if is_over else None
    return len(new), gone, ages


def mrr(days: dict[date, int], day: date) -> int:
    return sum(amount for moved, amount in days.items() if moved < day)

from datetime import date

import pytest

from storage.engine import Store
from storage.timeline import Balance, attributes_at, balances_at, month_starts, run
from tests.storage.stores import csv_text, import_text, movements

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@pytest.mark.parametrize(
    ("since", "through", "expected"),
    [
        (JAN, MAR, [JAN, FEB, MAR]),
        (date(2026, 1, 2), date(2026, 2, 28), [FEB]),
        (JAN, JAN, [JAN]),
        (FEB, JAN, []),
        (date(2026, 1, 15), date(2026, 1, 20), []),
    ],
    ids=["both-ends", "within", "one", "backwards", "inside-a-month"],
)
def test_month_starts_lie_between_two_days(
    since: date, through: date, expected: list[date]
) -> None:
    assert month_starts(since, through) == expected


def test_movements_count_strictly_before_a_boundary_and_attributes_on_it_too() -> None:
    days = [FEB, MAR]

    found = dict(run([(JAN, 5), (FEB, 7)], [(FEB, "plan", "pro"), (MAR, "plan", "max")], days))

    assert found == {
        FEB: Balance(5, JAN, {"plan": "pro"}),
        MAR: Balance(12, JAN, {"plan": "max"}),
    }


def test_the_first_paid_day_is_the_first_that_closed_with_mrr() -> None:
    changes = [(JAN, 0), (FEB, 5), (date(2026, 2, 3), -5), (date(2026, 2, 4), 5)]

    assert dict(run(changes, [], [MAR])) == {MAR: Balance(5, FEB, {})}


def test_nothing_is_asked_for_no_days(store: Store) -> None:
    with store.read() as session:
        assert balances_at(session, []) == {}


def test_only_the_accounts_asked_for_are_read(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 1", "b 2026-01-05 2"))

    with store.read() as session:
        found = balances_at(session, [FEB], roots=["b"])

    assert found == {FEB: {"b": Balance(200, date(2026, 1, 5), {})}}


def test_attributes_are_known_of_an_account_that_pays_nothing(store: Store) -> None:
    content = csv_text(
        "a,2026-01-05,smb", "a,2026-02-05,mid", header="account_id,valid_from,segment"
    )
    import_text(store, content, source="accounts")

    with store.read() as session:
        found = attributes_at(session, FEB, roots={"a", "nobody"})

    assert found == {"a": {"segment": "smb"}, "nobody": {}}

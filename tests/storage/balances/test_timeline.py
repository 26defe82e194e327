from datetime import date

import pytest

from storage.balances.timeline import attributes_at, month_starts
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text

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


def test_attributes_are_known_of_an_account_that_pays_nothing(store: Store) -> None:
    content = csv_text(
        "a,2026-01-05,smb", "a,2026-02-05,mid", header="account_id,valid_from,segment"
    )
    import_text(store, content, source="accounts")

    with store.read() as session:
        found = attributes_at(session, FEB, roots={"a", "nobody"})

    assert found == {"a": {"segment": "smb"}, "nobody": {}}

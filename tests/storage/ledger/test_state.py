"""What is known of the ledger at a moment, and where its data ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from metrics.data_end import DataEnd
from metrics.segments import Tiers
from storage.columns import live
from storage.importing.asking import Overlap
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.ledger.state import LedgerState
from storage.store.engine import Store
from tests.storage.stores import NOW, TODAY, csv_text, import_text, movements, reading


def test_the_state_says_what_an_answer_rests_on(store: Store) -> None:
    earlier = datetime(2026, 7, 1, 6, tzinfo=UTC)
    import_text(store, movements("a 2026-01-05 100"), now=earlier, closed_through=date(2026, 7, 1))
    import_text(store, movements("b 2026-01-05 100"), closed_through=date(2026, 11, 1))

    with reading(store) as ledger:
        assert ledger.state() == LedgerState(
            currency="USD", data_version=2, data_as_of=NOW, closed_through=date(2026, 11, 1)
        )
    with reading(store, datetime(2026, 8, 1, tzinfo=UTC)) as ledger:
        assert ledger.data_version() == 2
        assert ledger.state() == LedgerState(
            currency="USD", data_version=1, data_as_of=earlier, closed_through=date(2026, 7, 1)
        )


def test_the_data_ends_where_it_was_known_to(store: Store) -> None:
    july, august = datetime(2026, 7, 3, tzinfo=UTC), datetime(2026, 8, 15, tzinfo=UTC)
    rows = "a 2026-01-05 100", "a 2026-06-20 0", "a 2026-07-02 5", "a 2026-09-01 5"
    import_text(store, movements(*rows[:3]), now=july)
    import_text(store, movements(*rows), now=august, closed_through=date(2026, 8, 1))
    import_text(store, movements("a 2026-08-03 7"), covered_through=date(2026, 8, 11))

    def ends(on: str, as_of: datetime | None = None) -> tuple[str, int]:
        with reading(store, as_of) as ledger:
            end = ledger.data_end(date.fromisoformat(on))
        return f"{end.through}", len(end.silent)

    assert ends("2026-11-21") == ("2026-09-02", 0)
    assert ends("2026-08-31") == ("2026-08-11", 0)
    assert ends("2026-11-21", august) == ("2026-08-01", 0)  # nothing of August: it is not in
    assert ends("2026-11-21", july) == ("2026-07-03", 4)  # February to May
    assert ends("2026-01-31", july) == ("2026-01-06", 0)


@pytest.mark.parametrize("few", [2, 1], ids=["looked up", "among all"])
def test_a_day_whose_movements_come_to_nothing_is_in_and_one_that_was_taken_back_is_not(
    store: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(live, "_FEW", few)
    july, august = datetime(2026, 7, 3, tzinfo=UTC), datetime(2026, 8, 15, tzinfo=UTC)
    names = "a", "b"
    import_text(store, movements(*(f"{name} 2026-01-05 100" for name in names)), now=july)
    import_text(store, movements(*(f"{name} 2026-07-01 5" for name in names)), now=july)
    back = movements(*(f"{name} 2026-07-01 -5" for name in names))
    import_text(store, back, now=august, overlap=Overlap.HELD)
    assert end_of_data(store) == date(2026, 7, 2)

    take_back(store, 3)
    assert end_of_data(store) == date(2026, 7, 2)
    take_back(store, 2)

    assert end_of_data(store) == date(2026, 1, 6)
    assert end_of_data(store, as_of=august) == end_of_data(store, as_of=july) == date(2026, 7, 2)


def test_a_month_that_was_taken_back_is_silent_as_of_that_moment_too(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 100"), now=NOW - timedelta(hours=2))
    import_text(store, movements("a 2026-02-05 5", "a 2026-03-05 5"), now=NOW - timedelta(hours=1))
    take_back(store, 2)
    import_text(store, movements("a 2026-04-05 5"), now=NOW + timedelta(hours=3))

    moments = None, NOW + timedelta(hours=4), NOW
    known = [data_end(store, as_of) for as_of in moments]

    february, march = date(2026, 2, 1), date(2026, 3, 1)
    assert [end.silent for end in known] == [{february, march}, {february, march}, set()]


def take_back(store: Store, number: int) -> None:
    at = NOW + timedelta(hours=number)
    options = ImportOptions(clock=lambda: at, today=TODAY, started_at=at, tiers=Tiers())
    with store.write() as session:
        reverse(session, number, options)


def end_of_data(store: Store, as_of: datetime | None = None) -> date:
    return data_end(store, as_of).through


def data_end(store: Store, as_of: datetime | None = None) -> DataEnd:
    with reading(store, as_of) as ledger:
        return ledger.data_end(date(2026, 7, 20))


def test_the_state_before_the_first_import_rests_on_what_was_recorded_elsewhere(
    store: Store,
) -> None:
    content = csv_text(
        "a,2025-01-05,1,USD,2025-01-06", header="account_id,date,amount,currency,recorded_at"
    )
    import_text(store, content)

    with reading(store, datetime(2025, 2, 1, tzinfo=UTC)) as ledger:
        state = ledger.state()

    assert (state.data_version, state.data_as_of) == (1, datetime(2025, 1, 6, tzinfo=UTC))

from datetime import UTC, date, datetime

from storage.store.engine import Store
from tests.storage.importing.contracts.test_contracts import C1, contracts, moved, take
from tests.storage.stores import import_text, rows

RUNNING = "C-2,acme,2026-01-01,2026-12-31,14400,USD"
NEXT = "C-3,acme,2027-01-01,2027-12-31,18000,USD"
LATER = date(2027, 1, 2)


def waiting(store: Store) -> list[tuple[object, ...]]:
    return rows(
        store,
        "SELECT account_id, day - 20454, amount_minor, driver FROM due_movement"  # since 2026
        " WHERE landed IS NULL AND withdrawn IS NULL ORDER BY account_id, day, amount_minor",
    )


def come(store: Store, *lines: str, today: date, more: str = "") -> None:
    """Import a list on a later day."""
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    import_text(store, contracts(*lines, more=more), source="contracts", today=today, now=now)


def test_a_known_end_and_a_signed_start_wait_for_their_day(store: Store) -> None:
    take(store, RUNNING, NEXT.replace("acme", "beta"))

    assert moved(store) == [("acme", "2026-01-01", 120_000)]
    assert waiting(store) == [
        ("acme", 364, -120_000, "not_renewed"),
        ("beta", 365, 150_000, None),
        ("beta", 729, -150_000, "not_renewed"),
    ]


def test_a_renewal_takes_back_the_churn_that_was_waiting(store: Store) -> None:
    take(store, RUNNING)

    assert take(store, RUNNING, NEXT) == 1

    assert waiting(store) == [
        ("acme", 365, 30_000, None),
        ("acme", 729, -150_000, "not_renewed"),
    ]


def test_the_same_list_again_leaves_what_waits(store: Store) -> None:
    take(store, RUNNING, NEXT)
    before = rows(store, "SELECT count(*) FROM due_movement")

    assert take(store, RUNNING, NEXT) == 0
    assert rows(store, "SELECT count(*) FROM due_movement") == before


def test_what_waited_lands_on_its_day_and_is_no_news_to_the_list(store: Store) -> None:
    take(store, RUNNING, NEXT)

    come(store, RUNNING, NEXT, today=LATER)

    assert moved(store) == [("acme", "2026-01-01", 120_000), ("acme", "2027-01-01", 30_000)]
    assert [row[1:] for row in waiting(store)] == [(729, -150_000, "not_renewed")]


def test_a_notice_is_a_churn_that_waits_at_once(store: Store) -> None:
    take(store, "C-7,gamma,2026-01-15,,100,USD,month,2026-11-20", more=",per,cancelled_on")

    assert waiting(store) == [("gamma", 347, -10_000, "not_renewed")]  # 14 December


def test_a_corrected_end_moves_what_waits(store: Store) -> None:
    take(store, RUNNING)

    take(store, RUNNING.replace("2026-12-31,14400", "2027-02-28,16800"))

    assert waiting(store) == [("acme", 423, -120_000, "not_renewed")]


def test_a_failed_payment_ends_its_term_after_thirty_days_without_a_new_list(
    store: Store,
) -> None:
    take(
        store,
        "C-8,delta,2026-01-01,,50,USD,month,past due,2026-11-10",
        more=(",per,status,past_due_since"),
    )
    assert moved(store) == [("delta", "2026-01-01", 5_000)]

    come(store, C1, today=date(2026, 12, 9))
    assert ("delta", "2026-11-10", -5_000) not in moved(store)
    come(store, C1, today=date(2026, 12, 10))
    assert ("delta", "2026-11-10", -5_000) in moved(store)
    come(store, C1, today=date(2026, 12, 11))
    assert moved(store).count(("delta", "2026-11-10", -5_000)) == 1

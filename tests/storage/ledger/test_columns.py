from datetime import date

from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.store.messages import driver_of
from tests.storage.stores import import_text, movements

JANUARY = date(2026, 1, 1), date(2026, 2, 1)
FROM_THE_TENTH = date(2026, 1, 10), date(2026, 2, 1)


def test_of_windows_that_are_stored_no_single_position_is_read(sqlite_store: Store) -> None:
    import_text(sqlite_store, movements("acme 2025-12-05 100", "acme 2026-01-15 20"))
    with sqlite_store.read() as session:
        ledger, said = Ledger(session, tiers=Tiers()), list[str]()
        driver_of(session).set_trace_callback(said.append)

        [found] = ledger.windows([JANUARY], (), None)
        of_stored = reads_positions(said)
        ledger.windows([FROM_THE_TENTH], (), None)

    assert found.company.closing == 120_00
    assert not of_stored
    assert reads_positions(said)  # what is not stored rests on them


def reads_positions(statements: list[str]) -> bool:
    return any("position_column" in statement for statement in statements)

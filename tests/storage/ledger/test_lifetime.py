import gc
import weakref
from datetime import UTC, date, datetime

import pytest

from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.ledger.moment import LedgerBasis
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import movements

DAYS = date(2026, 6, 15), date(2026, 9, 20)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("with_usage", [False, True], ids=["committed", "with usage"])
@pytest.mark.parametrize("as_of", [None, LATER], ids=["now", "then"])
def test_arrays_of_an_answer_go_with_it_and_wait_for_no_collector(
    store: Store, *, as_of: datetime | None, with_usage: bool
) -> None:
    fill(store, movements("a 2026-01-05 100", "b 2026-07-05 900", "a 2026-08-01 -30"))
    gc.disable()  # nothing in a circle is freed then
    try:
        with store.read() as session:
            ledger = Ledger(
                session, tiers=Tiers(), as_of=as_of, basis=LedgerBasis(with_usage=with_usage)
            )
            assert ledger.retention(*DAYS).opening == 10_000
            ledger.activity(*DAYS)
            ledger.changes_by_driver(*DAYS)
            standings = weakref.ref(ledger._reading.standings)  # noqa: SLF001 - what holds them
        del ledger, session
        assert standings() is None
    finally:
        gc.enable()

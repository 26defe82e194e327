from datetime import UTC, date, datetime

from hypothesis import given

from metrics.activity import gather
from metrics.movements import MovementKind
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from tests.metrics.event_by_event import Event, tally
from tests.storage.histories import File, History, boundaries, files, import_history, sweep
from tests.storage.stores import Template

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=12)
def test_the_sums_are_those_of_a_tally_event_by_event(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    start, end = min(start, end), max(start, end)
    with template.fresh() as store:
        history = import_history(store, imports)
        if not history.rows:
            return
        expected = tallied(history, start, end)
        months = start.replace(day=1), end.replace(day=1)
        expected_months = tallied(history, *months)
        with store.read() as session:
            usual = Ledger(session, tiers=Tiers())
            plain = Ledger(session, tiers=Tiers(), as_of=LATER)

            assert dict(usual.activity(start, end).by_kind) == expected
            assert dict(plain.activity(start, end).by_kind) == expected
            assert dict(usual.activity(*months).by_kind) == expected_months


def tallied(history: History, start: date, end: date) -> dict[MovementKind, int]:
    """Return the activity by kind that the rows tell one after the other."""
    ordered = sorted(history.rows, key=lambda row: row.day)
    within = [row for row in ordered if start <= row.day < end]
    before = [row for row in ordered if row.day < start and row.amount]
    found = tally(
        [Event(history.root(row.account), row.amount * 100) for row in within],
        opening={root: history.mrr(root, start) for root in history.roots()},
        paid_before={history.root(row.account) for row in before},
    )
    return dict(found.by_kind)


def test_nothing_gathered_is_nothing() -> None:
    assert gather(()).net == 0

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given

from metrics.activity import gather
from metrics.movements import MovementKind
from metrics.period_grammar import ONE_DAY
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from tests.metrics.event_by_event import Event, tally
from tests.storage.histories import File, History, boundaries, files, import_history, sweep
from tests.storage.stores import Template

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=12)
def test_the_sums_are_those_of_a_tally_day_by_day(
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
    """Return the activity by kind that the days tell one after the other."""
    days = sorted({row.day for row in history.rows if row.day < end})
    changes = [
        (day, root, change, history.begins_pause(root, day))
        for day in days
        for root in sorted(history.roots())
        if (change := history.mrr(root, day + ONE_DAY) - history.mrr(root, day))
    ]
    found = tally(
        [Event(root, change) for day, root, change, _ in changes if day >= start],
        opening={root: history.mrr(root, start) for root in history.roots()},
        paid_before={root for day, root, *_ in changes if day < start},
    )
    by_kind = Counter(dict(found.by_kind))
    for day, _, change, is_pause in changes:
        if is_pause and day >= start:
            by_kind[MovementKind.CHURN] -= change
            by_kind[MovementKind.CONTRACTION] += change
    return {kind: amount for kind, amount in by_kind.items() if amount}


def test_nothing_gathered_is_nothing() -> None:
    assert gather(()).net == 0

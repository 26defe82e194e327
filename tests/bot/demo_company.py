"""A demo company in a real store, under a clock that stands still: the one that docs/ shows."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from bot.answers.answers import Answers
from bot.demo.ahead import COLUMNS as AHEAD_COLUMNS
from bot.demo.company import COLUMNS, DemoPlan, SampleCompany
from bot.demo.making import declare
from bot.demo.renewals import COLUMNS as RENEWAL_COLUMNS
from storage.store.engine import Store
from tests.bot.small_company import answers_from
from tests.storage.at_head import set_up
from tests.storage.stores import import_text, open_store

TODAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
BEFORE, END = date(2026, 10, 1), date(2026, 11, 1)
USUAL = DemoPlan()


@contextmanager
def demo_store(plan: DemoPlan = USUAL) -> Iterator[Store]:
    """Open a store that holds a demo company, closed through October 2026."""
    with unclosed_demo_store(plan) as (store, close):
        close()
        yield store


@contextmanager
def unclosed_demo_store(plan: DemoPlan = USUAL) -> Iterator[tuple[Store, Callable[[], None]]]:
    """Open a store in which October is in and not closed yet, with what closes it."""
    made = SampleCompany(plan, today=TODAY)
    moved, due = _text(COLUMNS, made.movements()), _text(RENEWAL_COLUMNS, made.renewals())
    ahead = _text(AHEAD_COLUMNS, made.known_ahead())

    def close() -> None:
        import_text(store, due, source=None, closed_through=END, today=TODAY, now=NOW)

    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "demo.db") as store:
        set_up(store)
        import_text(store, moved, closed_through=BEFORE, today=TODAY, now=NOW, max_bytes=2**26)
        import_text(store, ahead, closed_through=BEFORE, today=TODAY, now=NOW)
        declare(store, now=NOW)
        yield store, close


def demo_answers(store: Store) -> Answers:
    """Open the answers of such a store, which start from the day of its clock."""
    return answers_from(store, today=TODAY)


def _text(columns: Iterable[str], cells: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(cells)
    return text.getvalue()

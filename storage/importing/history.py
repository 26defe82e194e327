"""Imports that landed, newest last, with what each did to MRR."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.store.column_types import day_of
from storage.tables.facts import Currency, MovementRow
from storage.tables.ledger import ImportRun


@dataclass(frozen=True, slots=True, kw_only=True)
class PastImport:
    """One import: its number, moment, file and kind, and what it wrote.

    ``effect`` is its net change of MRR in minor units by currency, ``first`` and ``last`` are the
    days of its movements, None without any. ``reverses`` is the import that it takes back;
    ``is_reversed`` says that it was taken back itself.
    """

    number: int
    at: datetime
    name: str
    source: str
    kind: str
    rows: int
    effect: Mapping[str, int]
    first: date | None
    last: date | None
    reverses: int | None
    is_reversed: bool


def past_imports(session: Session) -> Sequence[PastImport]:
    """List every import, the newest last."""
    effects: defaultdict[int, dict[str, int]] = defaultdict(dict)
    days: dict[int, tuple[int, int]] = {}
    day = col(MovementRow.day)
    sums = (
        select(col(MovementRow.import_id), col(Currency.code))
        .add_columns(func.sum(col(MovementRow.amount_minor)), func.min(day), func.max(day))
        .join(Currency, col(Currency.number) == col(MovementRow.currency))
        .group_by(col(MovementRow.import_id), col(Currency.code))
    )
    for number, code, net, first, last in session.execute(sums):
        effects[number][code] = int(net)
        known = days.get(number, (first, last))
        days[number] = min(first, known[0]), max(last, known[1])
    gone = reversed_runs(session)
    runs = session.scalars(select(ImportRun).order_by(col(ImportRun.data_version)))
    return [_past(run, effects.get(run.id or 0, {}), days.get(run.id or 0), gone) for run in runs]


def _past(
    run: ImportRun,
    effect: Mapping[str, int],
    days: tuple[int, int] | None,
    gone: frozenset[int],
) -> PastImport:
    return PastImport(
        number=run.id or 0,
        at=run.finished_at,
        name=run.name,
        source=run.source,
        kind=run.kind,
        rows=run.rows,
        effect=effect,
        first=day_of(days[0]) if days else None,
        last=day_of(days[1]) if days else None,
        reverses=run.reverses,
        is_reversed=run.id in gone,
    )

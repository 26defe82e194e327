"""Imports that landed, newest last, with what each did to MRR."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.store.column_types import day_of
from storage.tables.facts import Currency, MovementRow
from storage.tables.ledger import ImportRun
from storage.tables.usage import UsageMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class PastImport:
    """One import: its number, moment, file and kind, and what it wrote.

    ``effect`` is its net change of committed MRR in minor units by currency, ``usage`` that of
    usage; ``first`` and ``last`` are the days of its rows, None without any. ``reverses`` is the
    import that it takes back; ``is_reversed`` says that it was taken back itself.
    """

    number: int
    at: datetime
    name: str
    source: str
    kind: str
    rows: int
    effect: Mapping[str, int]
    usage: Mapping[str, int]
    first: date | None
    last: date | None
    reverses: int | None
    is_reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAge:
    """When a source was imported last, and the first day after the last month that it closed."""

    source: str
    at: datetime
    closed_through: date | None


def source_ages(session: Session) -> Sequence[SourceAge]:
    """List when each source was imported last, the newest first."""
    stands = col(ImportRun.id).not_in(reversed_runs(session))
    statement = (
        select(
            col(ImportRun.source),
            func.max(col(ImportRun.finished_at)),
            func.max(case((stands, col(ImportRun.own_closed_through)))),
        )
        .where(col(ImportRun.kind) == "file")
        .group_by(col(ImportRun.source))
        .order_by(func.max(col(ImportRun.finished_at)).desc(), col(ImportRun.source))
    )
    found = session.execute(statement)
    return [SourceAge(source=source, at=at, closed_through=end) for source, at, end in found]


@dataclass(slots=True)
class _Written:
    effect: dict[str, int] = field(default_factory=dict)
    days: list[int] = field(default_factory=list)


def runs(session: Session) -> Sequence[ImportRun]:
    """List every import as it was recorded, the newest last."""
    return session.scalars(select(ImportRun).order_by(col(ImportRun.data_version))).all()


def past_imports(session: Session) -> Sequence[PastImport]:
    """List every import, the newest last."""
    committed = _written(session, MovementRow)
    usage = _written(session, UsageMovement)
    gone = reversed_runs(session)
    found: dict[int, PastImport] = {}
    for run in runs(session):
        number = run.id or 0
        one = _past(run, committed[number], usage[number], gone)
        if run.reverses in found:  # of usage nothing is written: what was, does not count any more
            back = found[run.reverses].usage
            one = replace(one, usage={code: -net for code, net in back.items()})
        found[number] = one
    return [*found.values()]


def _written(
    session: Session, table: type[MovementRow] | type[UsageMovement]
) -> Mapping[int, _Written]:
    """Add up the rows of each import by currency, and find their first and last day."""
    day = col(table.day)
    sums = (
        select(col(table.import_id), col(Currency.code))
        .add_columns(func.sum(col(table.amount_minor)), func.min(day), func.max(day))
        .join(Currency, col(Currency.number) == col(table.currency))
        .group_by(col(table.import_id), col(Currency.code))
    )
    found = defaultdict[int, _Written](_Written)
    for number, code, net, *days in session.execute(sums):
        found[number].effect[code] = int(net)
        found[number].days += days
    return found


def _past(run: ImportRun, committed: _Written, usage: _Written, gone: frozenset[int]) -> PastImport:
    days = [day_of(day) for day in (*committed.days, *usage.days)]
    return PastImport(
        number=run.id or 0,
        at=run.finished_at,
        name=run.name,
        source=run.source,
        kind=run.kind,
        rows=run.rows,
        effect=committed.effect,
        usage=usage.effect,
        first=min(days, default=None),
        last=max(days, default=None),
        reverses=run.reverses,
        is_reversed=run.id in gone,
    )

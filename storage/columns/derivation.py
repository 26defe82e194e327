"""Columns repaired with the ledger, rebuilt from it at will, and compared with it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, SQLModel

from metrics.money import minor_digits
from metrics.segments import Tiers
from storage.columns.arrays import NEVER
from storage.columns.build_state import BuildState, read_build, write_build
from storage.columns.building import Building, MonthDone, unwatched
from storage.columns.combinations import StoredCombinations
from storage.columns.exchange import read_exchange
from storage.columns.labels import account_ids, read_currencies, read_currency, read_names
from storage.columns.ledger_rows import LastRows, LedgerRows, last_rows, read_rows
from storage.columns.placing import Placing
from storage.columns.reach import BuildReach, find_reach
from storage.columns.reading import ColumnReader, NoColumns
from storage.columns.standings import month_standings
from storage.columns.windows import put_windows, windows_of
from storage.columns.writing import Difference, Inspection, Sink, Writer
from storage.store.column_types import day_number, day_of
from storage.tables.columns import (
    AccountColumn,
    MonthColumn,
    MovementColumn,
    ParentColumn,
    PauseColumn,
    PlaceColumn,
    PositionColumn,
    StatementColumn,
    WindowSum,
)

TABLES: tuple[type[SQLModel], ...] = (
    *(PositionColumn, AccountColumn, MonthColumn, PlaceColumn, MovementColumn),
    *(StatementColumn, ParentColumn, PauseColumn, WindowSum),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Tiers that accounts are placed in, the day that columns reach beyond, and who watches."""

    tiers: Tiers
    today: date
    month_done: MonthDone = unwatched


def repair(
    session: Session,
    by: Circumstances,
    *,
    rows: LedgerRows | None = None,
    since: date | None = None,
) -> None:
    """Bring the columns up to date with the ledger.

    Parameters
    ----------
    rows : LedgerRows, optional
        The ledger's new rows, all of them where nothing is built; read from it when left out.
    since : date, optional
        Day from which something else than rows has changed, such as exchange rates.
    """
    stored = ColumnReader(session)
    build = stored.build
    if build is None and rows is not None:
        _build(session, by, rows, stored=NoColumns(session, through=date.min))
        return
    if build is None or build.tiers != by.tiers.fingerprint:
        rebuild(session, by)  # other cut-offs can move every account
        return
    held = LastRows(
        movement=build.last_movement, statement=build.last_statement, parent=build.last_parent
    )
    new = rows or read_rows(session, held)
    _build(session, by, new, stored=stored, since=since)


def rebuild(session: Session, by: Circumstances) -> None:
    """Drop every column and build all of them from the ledger."""
    reader = ColumnReader(session)
    stored = NoColumns(session, through=reader.built_through)
    for table in TABLES:
        session.execute(delete(table))
    _build(session, by, read_rows(session), stored=stored)


def differences(session: Session, by: Circumstances) -> list[Difference]:
    """Build the columns again and list every column that is not, byte for byte, as it is stored."""
    held, rows = ColumnReader(session), read_rows(session)
    stored, sink = NoColumns(session, through=held.built_through), Inspection(session)
    building = _building(session, by, stored=stored, sink=sink)
    reach = find_reach(stored, rows, today=by.today)
    if reach is None:
        for table in TABLES:
            sink.put(table, {})
    else:
        building.build(reach, rows)
        _put_windows(held, building, reach)
    return sink.differing


def _build(
    session: Session,
    by: Circumstances,
    rows: LedgerRows,
    *,
    stored: ColumnReader,
    since: date | None = None,
) -> None:
    stored.read_whole()
    changed = NEVER if since is None else day_number(since)
    reach = find_reach(stored, rows, today=by.today, since=changed)
    if reach is None:
        return
    last, before = last_rows(session), read_build(session)
    state = BuildState(
        built_through=reach.through,
        tiers=by.tiers.fingerprint,
        generation=before.generation + 1 if before else 1,
        changed_since=reach.since,
        last_movement=last.movement,
        last_statement=last.statement,
        last_parent=last.parent,
    )
    after = stored.after(state)
    start = day_of(reach.start)
    stored.read_months([start], moved=[*map(day_of, reach.months[:2])])
    after.read_months([first for first, _ in windows_of(reach) if first < start])
    building = _building(session, by, stored=stored, sink=Writer(session, after))
    building.build(reach, rows)
    building.sets.flush()
    write_build(session, state)
    _put_windows(after, building, reach)


def _put_windows(columns: ColumnReader, building: Building, reach: BuildReach) -> None:
    standings = month_standings(columns, building.names, building.sets.table())
    put_windows(columns, standings, building.sink, reach)


def _building(session: Session, by: Circumstances, *, stored: ColumnReader, sink: Sink) -> Building:
    names, sets = read_names(session), StoredCombinations(session)
    currency = by.tiers.currency or read_currency(session) or "USD"
    placing = Placing(
        tiers=by.tiers,
        digits=minor_digits(currency),
        exchange=read_exchange(session, currency, read_currencies(session)),
        names=account_ids(session, accounts=names.accounts),
        number=sets.number,
    )
    return Building(
        stored=stored,
        sink=sink,
        names=names,
        placing=placing,
        sets=sets,
        month_done=by.month_done,
    )

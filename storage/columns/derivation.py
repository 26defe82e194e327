"""Columns repaired with the ledger, rebuilt from it at will, and compared with it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, SQLModel

from metrics.money import minor_digits
from metrics.segments import Tiers
from storage.columns.arrays import NEVER, day_number, day_of
from storage.columns.build_state import BuildState, read_build, write_build
from storage.columns.building import Building, MonthDone, unwatched
from storage.columns.combinations import StoredCombinations
from storage.columns.exchange import read_exchange
from storage.columns.labels import account_ids, read_currencies, read_currency, read_names
from storage.columns.ledger_rows import LastRows, LedgerRows, last_rows, read_rows
from storage.columns.placing import Placing
from storage.columns.reading import ColumnReader, NoColumns
from storage.columns.standings import month_standings
from storage.columns.windows import put_windows
from storage.columns.writing import Difference, Inspection, Sink, Writer
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
    stored = NoColumns(session, through=ColumnReader(session).built_through)
    sink = Inspection(session)
    building = _building(session, by, stored=stored, sink=sink)
    building.build(read_rows(session))
    _put_windows(session, building, since=date.min)
    return sink.differing


def _build(
    session: Session,
    by: Circumstances,
    rows: LedgerRows,
    *,
    stored: ColumnReader,
    since: date | None = None,
) -> None:
    building = _building(session, by, stored=stored, sink=Writer(session), since=since)
    built = building.build(rows)
    if built is None:
        return
    building.sets.flush()
    last, before = last_rows(session), read_build(session)
    state = BuildState(
        built_through=built.through,
        tiers=by.tiers.fingerprint,
        generation=before.generation + 1 if before else 1,
        changed_since=built.since,
        last_movement=last.movement,
        last_statement=last.statement,
        last_parent=last.parent,
    )
    write_build(session, state)
    _put_windows(session, building, since=day_of(built.start))


def _put_windows(session: Session, building: Building, *, since: date) -> None:
    stored = ColumnReader(session)
    standings = month_standings(stored, building.names, building.sets.table())
    put_windows(stored, standings, building.sink, since=since)


def _building(
    session: Session,
    by: Circumstances,
    *,
    stored: ColumnReader,
    sink: Sink,
    since: date | None = None,
) -> Building:
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
        today=by.today,
        since=NEVER if since is None else day_number(since),
        month_done=by.month_done,
    )

"""Comparison of a file with the ledger: rows that are new, held already, or contradict it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.live import is_live
from storage.importing.account_parts import account_parts
from storage.importing.contents import HeldContents, HeldRows, match
from storage.importing.labels import number_of_source, product_name
from storage.importing.movements import NO_NUMBER, FileMovements, Flags, Whole
from storage.importing.waiting import waiting_rows
from storage.store.statements import among, batches
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product

_Content = tuple[str, int, int, str, str | None, str | None, int]


def _no_rows() -> Whole:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class OldRows:
    """Rows of a file that are held: by their ids, and those without one by their lines."""

    ids: frozenset[str | None] = frozenset()
    lines: Whole = field(default_factory=_no_rows)

    def __or__(self, other: "OldRows") -> "OldRows":
        return OldRows(self.ids | other.ids, np.append(self.lines, other.lines))

    def flags(self, movements: FileMovements) -> Flags:
        """Tell which movements are among them."""
        found: Flags = np.isin(movements.line, self.lines)
        rows = np.flatnonzero(found)
        found[rows] = [key is None for key in movements.ids_of(rows)]
        if self.ids:
            found[[key in self.ids for key in movements.movement_id]] = True
        return found


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """Indexes of the movements that the ledger lacks, and of those whose id it has for another.

    ``known`` are the indexes of the rest: they are held, or the file says them twice; ``old`` are
    those that are held. ``missing`` are rows without ids that are held of the same source, accounts
    and days, and that the file does not have; ``withdrawn`` the numbers of waiting rows that the
    file says otherwise. ``matched`` of the known are equal to held rows without ids.
    """

    fresh: Whole
    conflicting: Whole = field(default_factory=_no_rows)
    known: Whole = field(default_factory=_no_rows)
    old: OldRows = field(default_factory=OldRows)
    missing: HeldRows = field(default_factory=HeldRows.none)
    withdrawn: Sequence[int] = ()
    matched: int = 0


def new_movements(
    session: Session,
    movements: FileMovements,
    *,
    source: str,
    recorded: int,
    is_first: bool,
    repeats: bool,
    days: tuple[int, int] | None,
) -> GroupComparison:
    """Tell new movements from those that the ledger holds, or that wait for their day.

    Parameters
    ----------
    recorded : int
        The moment of movements that state none.
    is_first : bool
        Whether nothing was held of this source as the import began.
    repeats : bool
        Whether the file may have an id twice.
    days : tuple of int, optional
        The first and the last day of a file that says all rows of them.
    """
    held: dict[str, _Content] = {}
    waiting: dict[str, int] = {}
    if not is_first:
        held, waiting = _held(session, source, filter(None, movements.movement_id))
    if held or repeats:
        found = _compared(movements, held, waiting, recorded)
    else:
        found = GroupComparison(np.arange(len(movements)))
    if is_first:
        return found
    return _without_ids(movements, found, HeldContents(session, movements.texts, source, days))


def movement_ids(session: Session, source: str, keys: Iterable[str]) -> Collection[str]:
    """Find which ids a source has for movements, those that wait for their day among them."""
    return _held(session, source, keys)[0].keys()


def _held(
    session: Session, source: str, keys: Iterable[str]
) -> tuple[dict[str, _Content], dict[str, int]]:
    wanted = dict.fromkeys(keys)
    number = number_of_source(session, source)
    held = {} if number is None else _held_content(session, wanted, source=number)
    waiting: dict[str, int] = {}
    for row in waiting_rows(session, source) if wanted else ():
        if row.movement_id in wanted:
            held[row.movement_id] = _waiting_content(row)
            waiting[row.movement_id] = row.id
    return held, waiting


def _without_ids(
    movements: FileMovements, found: GroupComparison, contents: HeldContents
) -> GroupComparison:
    unnamed = [place for place, key in enumerate(movements.movement_id) if key is None]
    rows, names = np.array(unnamed, np.int64), movements.texts.account.names
    matched, missing = [_no_rows()], [HeldRows.none()]
    for part in account_parts(movements.account[rows]):
        some = rows[part]
        held = contents.of(names[number] for number in np.unique(movements.account[some]))
        again, left = match(movements, some, held)
        matched.append(again)
        missing.append(held.pick(left))
    again = np.sort(np.concatenate(matched))
    return replace(
        found,
        fresh=np.setdiff1d(found.fresh, again, assume_unique=True),
        known=np.sort(np.append(found.known, again)),
        old=found.old | OldRows(lines=movements.line[again]),
        missing=HeldRows.joined(missing),
        matched=int(again.size),
    )


def _compared(
    movements: FileMovements, held: dict[str, _Content], waiting: dict[str, int], recorded: int
) -> GroupComparison:
    fresh, conflicting, known, withdrawn = [], [], [], []
    states_moment = (movements.recorded != NO_NUMBER).tolist()
    contents = _contents(movements, recorded)
    for place, (key, content) in enumerate(zip(movements.movement_id, contents, strict=True)):
        before = content if key is None else held.setdefault(key, content)
        # A row that states no moment has that of this import: it cannot contradict by it.
        is_other = before[:-1] != content[:-1] or (states_moment[place] and before != content)
        if before is content:
            fresh.append(place)
        elif is_other and key in waiting:  # it has not happened yet: what is said last counts
            withdrawn.append(waiting.pop(key))
            held[key] = content
            fresh.append(place)
        elif is_other:
            conflicting.append(place)
        else:
            known.append(place)
    old = {movements.movement_id[place] for place in (*known, *conflicting)}
    # A row that the file says twice is among the fresh ones too: its id is new all the same.
    old -= {movements.movement_id[place] for place in fresh if old}
    return GroupComparison(
        np.array(fresh, np.int64),
        np.array(conflicting, np.int64),
        np.array(known, np.int64),
        old=OldRows(frozenset(old)),
        withdrawn=withdrawn,
    )


def _contents(movements: FileMovements, recorded: int) -> Iterable[_Content]:
    texts = movements.texts
    moments = np.where(movements.recorded == NO_NUMBER, recorded, movements.recorded)
    return zip(
        map(texts.account.names.__getitem__, movements.account.tolist()),
        movements.day.tolist(),
        movements.amount.tolist(),
        map(texts.currency.names.__getitem__, movements.currency.tolist()),
        map(texts.product.name, movements.product.tolist()),
        map(texts.driver.name, movements.driver.tolist()),
        moments.tolist(),
        strict=True,
    )


def _waiting_content(row: DueMovement) -> _Content:
    moment = 0 if row.recorded is None else row.recorded
    labels = row.currency, row.product, row.driver
    return (row.account_id, row.day, row.amount_minor, *labels, moment)


def _held_content(session: Session, keys: Iterable[str], *, source: int) -> dict[str, _Content]:
    table = MovementRow
    held: dict[str, _Content] = {}
    statement = (
        select(
            *map(col, (table.movement_id, AccountRow.account_id, table.day, table.amount_minor)),
            *(col(Currency.code), product_name(), col(Driver.name), col(table.recorded)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(Currency, col(Currency.number) == col(table.currency))
        .outerjoin(Product, col(Product.number) == col(table.product))
        .outerjoin(Driver, col(Driver.number) == col(table.driver))
        .where(col(table.source) == source, is_live())
    )
    for some in batches(keys):
        found = statement.where(among(session, col(table.movement_id), some))
        for key, *content in session.execute(found):
            held[key] = tuple(content)
    return held

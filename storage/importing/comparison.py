"""Comparison of a file with the ledger: rows that are new, held already, or contradict it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.importing.labels import number_of_source
from storage.importing.movements import NO_NUMBER, FileMovements, Whole
from storage.store.statements import batches
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product

_Content = tuple[str, int, int, str, str | None, str | None, int]


def _no_rows() -> Whole:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Indexes of the movements that the ledger lacks, and of those whose id it has for another.

    ``known`` are the indexes of the rest: the ledger holds them, or the file says them twice.
    ``old`` has the ids of movements that the ledger holds.
    """

    fresh: Whole
    conflicting: Whole = field(default_factory=_no_rows)
    known: Whole = field(default_factory=_no_rows)
    old: frozenset[str | None] = frozenset()


def new_movements(
    session: Session,
    movements: FileMovements,
    *,
    source: str,
    recorded: int,
    is_first: bool,
    repeats: bool,
) -> Comparison:
    """Tell new movements from those that the ledger holds.

    Parameters
    ----------
    recorded : int
        The moment of movements that state none.
    is_first : bool
        Whether the ledger held nothing of this source as the import began.
    repeats : bool
        Whether the file may have an id twice.
    """
    number = None if is_first else number_of_source(session, source)
    held: dict[str, _Content] = {}
    if number is not None:
        keys = filter(None, movements.movement_id)
        held = _held_content(session, keys, source=number)
    if not held and not repeats:
        return Comparison(np.arange(len(movements)))
    return _compared(movements, held, recorded)


def _compared(movements: FileMovements, held: dict[str, _Content], recorded: int) -> Comparison:
    fresh, conflicting, known = [], [], []
    states_moment = (movements.recorded != NO_NUMBER).tolist()
    contents = _contents(movements, recorded)
    for place, (key, content) in enumerate(zip(movements.movement_id, contents, strict=True)):
        before = content if key is None else held.setdefault(key, content)
        if before is content:
            fresh.append(place)
        # A row that states no moment has that of this import: it cannot contradict by it.
        elif before[:-1] != content[:-1] or (states_moment[place] and before != content):
            conflicting.append(place)
        else:
            known.append(place)
    old = {movements.movement_id[place] for place in (*known, *conflicting)}
    # A row that the file says twice is among the fresh ones too: its id is new all the same.
    old -= {movements.movement_id[place] for place in fresh if old}
    return Comparison(
        np.array(fresh, np.int64),
        np.array(conflicting, np.int64),
        np.array(known, np.int64),
        frozenset(old),
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


def _held_content(session: Session, keys: Iterable[str], *, source: int) -> dict[str, _Content]:
    table = MovementRow
    held: dict[str, _Content] = {}
    statement = (
        select(
            *map(col, (table.movement_id, AccountRow.account_id, table.day, table.amount_minor)),
            *map(col, (Currency.code, Product.name, Driver.name, table.recorded)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(Currency, col(Currency.number) == col(table.currency))
        .outerjoin(Product, col(Product.number) == col(table.product))
        .outerjoin(Driver, col(Driver.number) == col(table.driver))
        .where(col(table.source) == source)
    )
    for some in batches(keys):
        found = statement.where(col(table.movement_id).in_(some))
        for key, *content in session.execute(found):
            held[key] = tuple(content)
    return held

"""Usage of a file beside what is held of it: what is new, and what cannot be."""

from collections.abc import Collection, Iterator

import numpy as np
from sqlmodel import Session

from metrics.days import day_in_full
from metrics.runs import begins, ends
from storage.columns.usage import has_usage
from storage.importing.asking import Overlap
from storage.importing.batch import ID_IN_USE, AccountGroup, Batch
from storage.importing.comparison import GroupComparison, OldRows, movement_ids
from storage.importing.contents import HeldRows, match
from storage.importing.movements import NO_LINE, FileMovements, FileTexts, Flags, Whole
from storage.importing.report import RowFinding
from storage.importing.usage.held import HeldUsage, held_usage, usage_ids
from storage.importing.usage.rows import NewUsage, plain_usage
from storage.store.column_types import day_of

_CONTENT = ("account", "day", "amount", "currency", "product")


def new_usage(
    session: Session, batch: Batch, group: AccountGroup, overlap: Overlap | None
) -> NewUsage | None:
    """Compare the usage of a group with what is held; differences are all new."""
    if group.usage is None:
        return None
    if not len(group.usage) and (batch.against is not None or not has_usage(session)):
        return None
    rows, texts = plain_usage(group.usage), group.usage.texts
    found = GroupComparison(np.arange(len(rows)))
    if group.usage_reverses is not None:
        return NewUsage(rows=rows, reverses=group.usage_reverses, found=found)
    numbers = np.unique(np.concatenate([rows.account, group.movements.account]))
    held = held_usage(session, texts, [texts.account.names[n] for n in numbers.tolist()])
    if batch.against is None:
        found = _compared(rows, held, batch, _ids_elsewhere(session, rows, batch.file.source))
    back = found.missing if overlap is Overlap.REPLACE else HeldRows.none()
    fresh = rows.pick(found.fresh)
    lines = rows.line[found.conflicting].tolist()
    return NewUsage(
        rows=FileMovements.joined(texts, [fresh, back.reversing(texts)[0]]),
        reverses=np.append(np.zeros(len(fresh), np.int64), back.id),
        findings=[
            *(RowFinding(line, ID_IN_USE, "movement_id") for line in lines),
            *_below_zero(fresh, held.rows, back),
        ],
        found=found,
    )


def vanished_usage(
    session: Session, texts: FileTexts, source: str, days: tuple[int, int]
) -> AccountGroup:
    """Take back what is held of accounts that a file does not have at all."""
    known = len(texts.account.names)
    held = held_usage(session, texts).unnamed(source).within(days)
    rows, reverses = held.pick(np.flatnonzero(held.account >= known)).reversing(texts)
    return AccountGroup(movements=FileMovements.none(texts), usage=rows, usage_reverses=reverses)


def ids_of_usage(session: Session, batch: Batch, group: AccountGroup) -> Iterator[RowFinding]:
    """Find the movements of a group whose ids its source has for usage."""
    keys = group.movements.movement_id
    taken = usage_ids(session, batch.file.source, filter(None, keys))
    lines = zip(keys, group.movements.line.tolist(), strict=True) if taken else ()
    return (RowFinding(line, ID_IN_USE, "movement_id") for key, line in lines if key in taken)


def _ids_elsewhere(session: Session, rows: FileMovements, source: str) -> set[str]:
    """Find the ids of usage that its source has: for any account's, or for movements."""
    keys = [*filter(None, rows.movement_id)]
    return usage_ids(session, source, keys).union(movement_ids(session, source, keys))


def _compared(
    rows: FileMovements, held: HeldUsage, batch: Batch, elsewhere: Collection[str]
) -> GroupComparison:
    source, by_id, first = batch.file.source, held.named(batch.file.source), dict[str, int]()
    conflicting: list[int] = []
    known: list[int] = []
    unnamed: list[int] = []
    for place, key in enumerate(rows.movement_id):
        if key is None:
            unnamed.append(place)
        elif key in by_id:
            of_held = by_id[key]
            same = all(
                getattr(rows, name)[place] == getattr(held.rows, name)[of_held] for name in _CONTENT
            )
            (known if same else conflicting).append(place)
        elif key in elsewhere:
            conflicting.append(place)
        elif first.setdefault(key, place) != place:  # the file says it twice
            known.append(place)
    again, missing = match(rows, np.array(unnamed, np.int64), held.unnamed(source))
    left = held.unnamed(source).pick(missing)
    passed = np.concatenate([np.array([*known, *conflicting], np.int64), again])
    every = np.sort(np.concatenate([np.array(known, np.int64), again]))
    return GroupComparison(
        np.setdiff1d(np.arange(len(rows)), passed),
        np.array(conflicting, np.int64),
        every,
        old=_old(rows, every),
        missing=left.within(batch.days) if batch.days else HeldRows.none(),
        matched=int(again.size),
    )


def _old(rows: FileMovements, known: Whole) -> OldRows:
    ids = [*rows.ids_of(known)]
    has_none = [key is None for key in ids]
    return OldRows(frozenset(filter(None, ids)), rows.line[known[np.array(has_none, bool)]])


def _below_zero(fresh: FileMovements, held: HeldRows, back: HeldRows) -> Iterator[RowFinding]:
    stays = held.pick(np.flatnonzero(~np.isin(held.id, back.id)))
    columns = {
        name: np.concatenate([getattr(stays, name), getattr(fresh, name)])
        for name in ("account", "product", "currency", "day", "amount")
    }
    line = np.append(np.full(len(stays), NO_LINE), fresh.line)
    order, below = _closes_below_zero(**columns)
    told: set[int] = set()
    for place in order[below].tolist():
        account = int(columns["account"][place])
        own = np.flatnonzero((columns["account"] == account) & (line != NO_LINE))
        if account in told or not own.size:
            continue
        told.add(account)
        name = fresh.texts.account.names[account]
        day = day_in_full(day_of(int(columns["day"][place])))
        at = place if line[place] != NO_LINE else own[-1]
        yield RowFinding(int(line[at]), f"amount takes the usage of {name} below zero on {day}")


def _closes_below_zero(
    account: Whole, product: Whole, currency: Whole, day: Whole, amount: Whole
) -> tuple[Whole, Flags]:
    """Order rows by position and day, and tell after which of them a day closes below zero."""
    order = np.lexsort((day, currency, product, account))
    position = [column[order] for column in (account, product, currency)]
    is_first = begins(*position)
    sums = np.cumsum(amount[order])
    before = np.append(0, sums[:-1])[: order.size][is_first]
    balance = sums - before[np.cumsum(is_first) - 1]
    return order, ends(*position, day[order]) & (balance < 0)

"""Reversal of an import: rows that take back what it wrote, never a deletion."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256

import numpy as np
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.data_end import Declared
from metrics.period_grammar import ONE_DAY, shift_months
from storage.columns.live import is_live, reversed_runs
from storage.columns.usage import usage_below_zero
from storage.errors import EmptyLedgerError, StorageError
from storage.importing.account_parts import renumbered
from storage.importing.asking import Ask
from storage.importing.batch import AccountGroup, Batch, FileIdentity
from storage.importing.descriptions import describe_anew
from storage.importing.identity.resting import what_rests
from storage.importing.labels import numbers_of_texts
from storage.importing.landing import ImportOptions, RunKind, land, rehearse
from storage.importing.movements import NOTHING, FileMovements, FileTexts, Whole
from storage.importing.report import ImportRefusedError, ImportReport
from storage.importing.restating import restated, taken_back
from storage.importing.waiting import is_waiting
from storage.ledger.ledger import Ledger
from storage.store.column_types import moment_number
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, MovementRow
from storage.tables.ledger import ImportRun
from storage.tables.sources import SourceStateRow

REVERSAL = "reversal"
_OPEN = MovementRow.product, MovementRow.driver
_SAID = ("line", "account", "day", "amount", "currency", "product", "driver")
_How = Callable[..., ImportReport]


class NoReversalError(StorageError):
    """There is no such import, it is reversed already, or others rest on it."""


def reverse(session: Session, number: int, options: ImportOptions) -> ImportReport:
    """Take back everything that an import wrote; of a reversal, give back what that took.

    Parameters
    ----------
    session : Session
        A writing session, as for `storage.importing.landing.land`.

    Raises
    ------
    NoReversalError
        If there is no import of that number, it is reversed already, or another one rests on it.
    """
    target = _target(session, number)
    report = _reported(session, target, options, land)
    back = update(DueMovement).where(col(DueMovement.withdrawn) == number)
    session.execute(back.values(withdrawn=None))
    describe_anew(session, taken_back(session, target))
    _read_anew(session, target)
    return report


def _read_anew(session: Session, target: ImportRun) -> None:
    """Forget how far its source was read, if it was synced: what was taken back is behind that."""
    source = update(SourceStateRow).where(col(SourceStateRow.name) == target.source)
    moved = col(SourceStateRow.generation) + 1  # a sync under way has read what was taken back
    session.execute(source.values(cursor="", generation=moved))


def rehearse_reversal(session: Session, number: int, options: ImportOptions) -> ImportReport:
    """Check all that `reverse` checks, in a reading session, and report what would change.

    Raises
    ------
    NoReversalError
        As `reverse` does.
    """
    return _reported(session, _target(session, number), options, rehearse)


def _reported(
    session: Session, target: ImportRun, options: ImportOptions, how: _How
) -> ImportReport:
    batch, options = _batch(session, target, options), replace(options, agreed=frozenset(Ask))
    try:
        return how(session, batch, options, run=_kind(session, target, options))
    except ImportRefusedError as error:
        first = error.findings[0].sentence.removeprefix("amount ")
        raise NoReversalError(
            f"import {target.id} cannot be reversed, because a later one rests on it; it {first}:"
            f" {_LATER}"
        ) from None


def _target(session: Session, number: int) -> ImportRun:
    found = session.get(ImportRun, number)
    if found is None:
        raise NoReversalError(f"there is no import {number}: `nrrbot import list` has them all")
    by = select(col(ImportRun.id)).where(col(ImportRun.reverses) == number)
    if (other := session.scalar(by)) is not None:
        back = f"`nrrbot import reverse {other}` gives its rows back"
        raise NoReversalError(f"import {number} is reversed already, by import {other}: {back}")
    if usage_below_zero(session, also=number):
        raise NoReversalError(
            f"import {number} cannot be reversed, because a later one rests on its usage, which"
            f" would be below zero: {_LATER}"
        )
    if (why := what_rests(session, taken_back(session, found), target=number)) is not None:
        raise NoReversalError(f"import {number} cannot be reversed, because {why}")
    return found


_LATER = "reverse later ones first, from the newest on: `nrrbot import list` has them"


def _kind(session: Session, target: ImportRun, options: ImportOptions) -> RunKind:
    return RunKind(
        REVERSAL,
        reverses=target.id,
        declared=_declared_without(session, target),
        told_through=_told_through(session, options),
    )


def _told_through(session: Session, options: ImportOptions) -> date:
    """Find the day after the last month that is in: of one that is not nothing can change."""
    try:
        end = Ledger(session, tiers=options.tiers).data_end(options.today).through
    except EmptyLedgerError:
        end = options.today
    return shift_months((end - ONE_DAY).replace(day=1), 1)


def _declared_without(session: Session, target: ImportRun) -> Declared:
    """Find what the imports that then still count declared, each of them by itself."""
    own = map(func.max, map(col, (ImportRun.own_closed_through, ImportRun.own_covered_through)))
    gone = reversed_runs(session, also=target.id)
    closed, covered = session.execute(select(*own).where(col(ImportRun.id).not_in(gone))).one()
    return Declared(closed_through=closed, covered_through=covered)


def _batch(session: Session, target: ImportRun, options: ImportOptions) -> Batch:
    movements, reverses = _rows(session, target, FileTexts())
    recorded = moment_number(options.started_at)
    due = select(col(DueMovement.id)).where(
        col(DueMovement.import_id) == target.id, is_waiting(target.source)
    )
    said = restated(session, target, recorded=recorded)
    return Batch(
        file=FileIdentity(
            source=target.source,
            sha256=sha256(f"{REVERSAL} of {target.data_version}".encode()).hexdigest(),
            rows=target.rows,
            name=target.name,
        ),
        groups=[
            AccountGroup(movements=movements, reverses=reverses, withdrawn=[*session.scalars(due)]),
            *said.groups,
        ],
        recorded=recorded,
        rates=said.rates,
    )


def _rows(session: Session, target: ImportRun, texts: FileTexts) -> tuple[FileMovements, Whole]:
    """Read what takes back the rows of an import as a file would say it; list what each reverses.

    Its live rows are taken back, those among them that had to wait, too. What it took back itself
    comes back, under the ids that it had, and reverses nothing.
    """
    row, before = MovementRow, aliased(MovementRow)
    waited = select(col(DueMovement.landed)).where(
        col(DueMovement.import_id) == target.id, col(DueMovement.landed).is_not(None)
    )
    is_own = col(row.import_id) == target.id
    every = (
        select(*map(col, (row.id, row.source_row, row.account, row.day, row.amount_minor)))
        .add_columns(col(row.currency), *(func.coalesce(col(each), NOTHING) for each in _OPEN))
        .add_columns(col(row.reverses), col(before.movement_id))
        .outerjoin(before, col(before.id) == col(row.reverses))
        .order_by(col(row.id))
    )
    written = every.where(is_own | col(row.id).in_(waited), is_live())
    took = every.where(is_own, col(row.reverses).is_not(None))
    found = [*session.execute(written), *session.execute(took)]
    numbers = [(*cells, 0 if reverses else number) for number, *cells, reverses, _ in found]
    columns = np.array(numbers, np.int64).reshape(len(found), len(_SAID) + 1).T
    said = dict(zip(_SAID, columns, strict=False)) | {"amount": -columns[_SAID.index("amount")]}
    names = dict(session.execute(select(col(AccountRow.number), col(AccountRow.account_id))).all())
    used = np.unique(said["account"]).tolist()
    known = {"account": {number: texts.account[names[number]] for number in used}}
    for name, of_texts in (known | numbers_of_texts(session, texts)).items():
        said[name] = renumbered(said[name], of_texts)
    return FileMovements.stating(texts, said, ids=[row[-1] for row in found]), columns[-1]

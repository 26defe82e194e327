"""Statements and rates without those of a reversed import: what holds is said anew."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.columns.dimension_values import NOTHING_SAID
from storage.columns.live import reversed_runs
from storage.importing.batch import AccountGroup, NewAccount, NewRate, NewStatement
from storage.importing.movements import NO_LINE
from storage.importing.parents import NO_PARENT
from storage.store.statements import batches
from storage.tables.facts import AccountRow, AttributeRow, ParentRow
from storage.tables.ledger import DimensionValue, ImportRun
from storage.tables.rates import ExchangeRate

_REVERSAL = "reversal"
_Slot = tuple[str, str, int]
"""Account, dimension and day."""
_Said = tuple[_Slot, str, int]
"""A statement: its slot, value and import."""
_Holds = Callable[[_Slot], str]


@dataclass(frozen=True, slots=True)
class SetBack:
    """Statements to be made anew, as groups of accounts, and rates."""

    groups: Sequence[AccountGroup]
    rates: Sequence[NewRate]


def restated(session: Session, target: ImportRun, *, recorded: int) -> SetBack:
    """Find what holds of everything that an import, or what it reversed, has said."""
    gone = reversed_runs(session, also=target.id)
    reversals = select(col(ImportRun.id)).where(col(ImportRun.kind) == _REVERSAL)
    silent = gone.union(number for number in session.scalars(reversals) if number)
    touched = taken_back(session, target)
    groups = [
        *_attributes(session, touched, silent, recorded),
        *_parents(session, touched, silent, recorded),
    ]
    return SetBack(groups, [*_rates(session, touched, silent, recorded)])


def taken_back(session: Session, target: ImportRun) -> set[int]:
    """List an import, what it reversed, and so on."""
    found: set[int] = set()
    run: ImportRun | None = target
    while run is not None and run.id is not None:
        found.add(run.id)
        run = None if run.reverses is None else session.get(ImportRun, run.reverses)
    return found


def _attributes(
    session: Session, touched: Collection[int], silent: Collection[int], recorded: int
) -> Iterator[AccountGroup]:
    table = AttributeRow
    columns = (AccountRow.account_id, DimensionValue.dimension, table.valid_from)
    statement = (
        select(*map(col, columns), *map(col, (DimensionValue.value, table.import_id)))
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(DimensionValue, col(DimensionValue.number) == col(table.pair))
        .order_by(col(table.id))
    )
    accounts = session.scalars(
        select(col(table.account)).where(col(table.import_id).in_(touched)).distinct()
    ).all()
    for some in batches(accounts):
        rows = session.execute(statement.where(col(table.account).in_(some)))
        every = [((name, dimension, day), value, run) for name, dimension, day, value, run in rows]
        anew = _anew(every, touched, holds=_in_place(every, silent), recorded=recorded)
        if anew:
            names = {said.account_id for said in anew}
            yield AccountGroup(accounts=_accounts(names), statements=anew)


def _parents(
    session: Session, touched: Collection[int], silent: Collection[int], recorded: int
) -> Iterator[AccountGroup]:
    child, parent, table = aliased(AccountRow), aliased(AccountRow), ParentRow
    statement = (
        select(*map(col, (child.account_id, table.valid_from, parent.account_id, table.import_id)))
        .join(child, col(child.number) == col(table.account))
        .outerjoin(parent, col(parent.number) == col(table.parent))
        .order_by(col(table.id))
    )
    every = [
        ((name, "parent_id", day), NOTHING_SAID if above == name else above or NO_PARENT, run)
        for name, day, above, run in session.execute(statement)
    ]
    back = _anew(every, touched, holds=_in_place(every, silent), recorded=recorded)
    if back:  # one that names the account itself says nothing of its day
        anew = [said._replace(value=said.value or said.account_id) for said in back]
        names = {name for said in anew for name in (said.account_id, said.value)} - {NO_PARENT}
        yield AccountGroup(accounts=_accounts(names), parents=anew)


def _accounts(names: Iterable[str]) -> Mapping[str, NewAccount]:
    return {name: NewAccount(line=NO_LINE, account_id=name) for name in names}


def _anew(
    every: Sequence[_Said], touched: Collection[int], *, holds: _Holds, recorded: int
) -> list[NewStatement]:
    """Say what holds in each slot that is touched, where that is not what was said last."""
    newest = {slot: value for slot, value, _ in every}
    found = []
    for slot in dict.fromkeys(slot for slot, _, run in every if run in touched):
        value = holds(slot)
        if value != newest[slot]:
            found.append(NewStatement(NO_LINE, *slot[:2], value, slot[2], recorded))
    return found


def _in_place(every: Sequence[_Said], silent: Collection[int]) -> _Holds:
    """Find what was said in a slot itself: what was said before goes on where it is taken back."""
    said = {slot: value for slot, value, run in every if run not in silent}
    return lambda slot: said.get(slot, NOTHING_SAID)


def _rates(
    session: Session, touched: Collection[int], silent: Collection[int], recorded: int
) -> Iterator[NewRate]:
    table = ExchangeRate
    columns = (table.day, table.currency, table.rate, table.base, table.import_id)
    rows = session.execute(
        select(*map(col, columns)).order_by(col(table.recorded), col(table.id))
    ).all()
    newest = {(day, currency): rate for day, currency, rate, _, _ in rows}
    holds = {(day, currency): rate for day, currency, rate, _, run in rows if run not in silent}
    bases = {(day, currency): base for day, currency, _, base, run in rows if run in touched}
    for (day, currency), base in bases.items():
        rate = holds.get((day, currency), "")
        if rate != newest[day, currency]:
            yield NewRate(NO_LINE, day, currency, rate, base, recorded)

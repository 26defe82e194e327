"""Parents of accounts by day: what a file says anew, and whether it makes a tree on every day."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.importing.batch import NewStatement
from storage.importing.report import RowFinding
from storage.importing.statements import TAKEN_BACK, Said, Slot, fresh_statements
from storage.tables.facts import AccountRow, ParentRow

NO_PARENT = "-"
"""Says in a file that an account is its own topmost one again."""
PARENT = "parent_id"
_UNKNOWN = (
    "is no account of this file or of the ledger, nor the name of one: add a row for it, or leave"
    " the cell empty"
)
_CIRCLE = "leads round in a circle"
_Edges = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class NewParents:
    """Statements on parents that the ledger lacks.

    ``moved`` are the topmost accounts, old and new, of accounts that come under another one, and
    ``kept`` the parents that the ledger has of accounts of which the file does not say any.
    """

    statements: Sequence[NewStatement] = ()
    moved: frozenset[str] = frozenset()
    findings: tuple[RowFinding, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


def new_parents(
    session: Session,
    statements: Sequence[NewStatement],
    *,
    accounts: Collection[str],
    unsaid: Collection[str] = (),
) -> NewParents:
    """Compare what a file says of parents with the ledger.

    Parameters
    ----------
    accounts : collection of str
        Accounts of the file and the ledger, and those of rows that could not be read.
    unsaid : collection of str
        Accounts of which the file has an empty cell there.
    """
    held = _held(session) if statements or unsaid else []
    if not statements:
        return NewParents(kept=_kept(held, unsaid))
    statements = _meaningful(statements, held)
    slots: defaultdict[Slot, list[Said]] = defaultdict(list)
    for said in held:
        slots[said.account_id, said.dimension, said.valid_from].append((said.value, said.recorded))
    fresh = fresh_statements(statements, slots)
    ids = {*accounts, NO_PARENT}
    if unknown := [said for said in fresh if said.value not in ids]:
        return NewParents(findings=tuple(_finding(said, _UNKNOWN) for said in unknown))
    if circle := _circle([*held, *fresh]):
        return NewParents(findings=tuple(_finding(said, _CIRCLE) for said in circle))
    before, after = (_topmost(dict(_edges(some))) for some in (held, [*held, *fresh]))
    return NewParents(fresh, frozenset(_moved(before, after)), kept=_kept(held, unsaid))


def _finding(said: NewStatement, message: str) -> RowFinding:
    return RowFinding(said.line, message, PARENT, said.value)


def _meaningful(
    statements: Sequence[NewStatement], held: Sequence[NewStatement]
) -> Sequence[NewStatement]:
    """Leave out that an account never had a parent where nobody ever said that it had one.

    That it has none from a day on stays: an older parent may come with a later file.
    """
    under = {said.account_id for said in (*held, *statements) if said.value != NO_PARENT}
    return [said for said in statements if said.valid_from or said.account_id in under]


def _kept(held: Sequence[NewStatement], unsaid: Collection[str]) -> dict[str, str]:
    wanted = set(unsaid)
    above = dict(_edges([said for said in held if said.account_id in wanted]))
    return {account: parent for account, parent in above.items() if parent}


def _held(session: Session) -> list[NewStatement]:
    child, parent = aliased(AccountRow), aliased(AccountRow)
    statement = (
        select(
            *map(col, (child.account_id, parent.account_id)),
            *map(col, (ParentRow.valid_from, ParentRow.recorded, ParentRow.import_id)),
        )
        .join(child, col(child.number) == col(ParentRow.account))
        .outerjoin(parent, col(parent.number) == col(ParentRow.parent))
        .order_by(col(ParentRow.id))
    )
    gone = reversed_runs(session)
    return [
        NewStatement(
            *(0, account, PARENT, above or NO_PARENT, valid_from),
            recorded=TAKEN_BACK if run in gone else recorded,
        )
        for account, above, valid_from, recorded, run in session.execute(statement)
    ]


def _in_order(statements: Sequence[NewStatement]) -> list[NewStatement]:
    """Leave the last of each account and day, but those that only take back what was said."""
    last = {(said.account_id, said.valid_from): said for said in statements}
    found = (said for said in last.values() if said.value != said.account_id)
    return sorted(found, key=lambda said: said.valid_from)


def _edges(statements: Sequence[NewStatement]) -> Iterator[tuple[str, str | None]]:
    for said in _in_order(statements):
        yield said.account_id, None if said.value == NO_PARENT else said.value


def _circle(statements: Sequence[NewStatement]) -> list[NewStatement]:
    """Find the first day on which parents go round, and list the new ones that lead there."""
    edges: _Edges = {}
    in_force: dict[str, NewStatement] = {}
    days: defaultdict[int, list[NewStatement]] = defaultdict(list)
    for said in _in_order(statements):
        days[said.valid_from].append(said)
    for of_day in days.values():
        edges.update(_edges(of_day))
        in_force.update((said.account_id, said) for said in of_day)
        tops = _topmost(edges, of={said.account_id for said in of_day})
        if None in tops.values():
            every = _topmost(edges)
            round_ = (in_force[account] for account, top in every.items() if top is None)
            return [said for said in round_ if said.line]  # those of the ledger have none
    return []


def _topmost(edges: _Edges, of: Collection[str] | None = None) -> _Edges:
    """Walk up from accounts, each of them once; one that leads into a circle has no top."""
    tops: _Edges = {}
    for start in edges if of is None else of:
        path: dict[str, None] = {}
        here = start
        while here not in tops and here not in path:
            path[here] = None
            here = edges.get(here) or here
        # A walk ends at an account without a parent, at a known one, or where it was: a circle.
        top = here if here in path and not edges.get(here) else tops.get(here)
        tops.update(dict.fromkeys(path, top))
    return tops


def _moved(before: _Edges, after: _Edges) -> Iterator[str]:
    for account in before | after:
        tops = before.get(account, account), after.get(account, account)
        if tops[0] != tops[1]:
            yield from filter(None, tops)

"""Terms of contracts that stand: what the newest import of each contract says of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from sqlmodel import Session

from metrics.contracts.discounts import SHARE
from metrics.contracts.terms import STATUSES, Cadence, Position, Price, Renewing, Term, TermCourse
from storage.columns.live import reversed_runs
from storage.store.column_types import day_of, moment_number
from storage.store.statements import batches, binary_rows
from storage.tables.contracts import WITHDRAWN

_NOTHING = Fraction(0)  # most terms have no discount, and to make one takes its time


class TermRecord(NamedTuple):
    """Cells of `ContractTerm` that a term is built of, behind its number."""

    id: int
    account: int
    import_id: int
    source: str
    contract_id: str | None
    amendment_of: str | None
    product: str | None
    currency: str
    start: int
    last: int | None
    amount_minor: int
    cadence: int
    discount_minor: int
    discount_share: int
    discount_last: int | None
    seats: int | None
    auto_renew: int | None
    escalator: int | None
    is_usage: int
    status: int
    cancelled_on: int | None
    paused_on: int | None
    resumed_on: int | None
    trial_last: int | None
    past_due_since: int | None


_SELECT = f"SELECT {', '.join(TermRecord._fields)} FROM contract_term"  # noqa: S608 # nosec


def read_terms(
    session: Session,
    accounts: Collection[int] | None = None,
    *,
    as_of: datetime | None = None,
) -> Mapping[int, list[Term]]:
    """Read the terms that stand by the number of their account.

    Parameters
    ----------
    accounts : collection of int, optional
        Only theirs; everybody's when left out.
    as_of : datetime, optional
        Only what was recorded by then, and not yet taken back.
    """
    found = standing_records(session, accounts, as_of=as_of)
    return {account: [*map(_term, rows)] for account, rows in found.items()}


def standing_records(
    session: Session, accounts: Collection[int] | None, *, as_of: datetime | None = None
) -> Mapping[int, list[TermRecord]]:
    """Read the records of these terms, an account's contract by contract."""
    gone = reversed_runs(session, by=as_of)
    held: defaultdict[int, list[TermRecord]] = defaultdict(list)
    for row in _rows(session, accounts, as_of):
        if row.import_id not in gone:
            held[row.account].append(row)
    return {account: found for account, rows in held.items() if (found := _standing(rows))}


def has_terms(session: Session) -> bool:
    """Tell whether any term of a contract was ever stored."""
    return bool(binary_rows(session, "SELECT id FROM contract_term LIMIT 1"))


def _rows(
    session: Session, accounts: Collection[int] | None, as_of: datetime | None
) -> Iterator[TermRecord]:
    until = "" if as_of is None else f" AND recorded <= {moment_number(as_of)}"
    if accounts is None:
        yield from map(
            TermRecord._make, binary_rows(session, f"{_SELECT} WHERE id > 0{until} ORDER BY id")
        )
        return
    for some in batches(sorted(accounts)):
        among = f"account IN ({', '.join('?' * len(some))})"
        rows = binary_rows(session, f"{_SELECT} WHERE {among}{until}", some)
        yield from map(TermRecord._make, sorted(rows))  # by their numbers, sooner than SQLite does


def _standing(rows: list[TermRecord]) -> list[TermRecord]:
    if len(rows) == 1:  # of most accounts: nothing of them is older
        return rows if rows[0].status != WITHDRAWN else []
    contracts: defaultdict[tuple[object, ...], list[TermRecord]] = defaultdict(list)
    for row in rows:
        contracts[_contract_of(row)].append(row)
    found: list[TermRecord] = []
    for own in contracts.values():
        newest = max(row.import_id for row in own)
        found += (row for row in own if row.import_id == newest and row.status != WITHDRAWN)
    return found


def _contract_of(row: TermRecord) -> tuple[object, ...]:
    if row.contract_id:
        return row.source, row.contract_id
    return row.source, None, row.product, row.currency, row.start


def _term(row: TermRecord) -> Term:
    names = (row.contract_id, row.amendment_of)
    # Another source may have a contract of the same name.
    contract, amends = (f"{row.source} {name}" if name else None for name in names)
    return term_of(row._replace(contract_id=contract, amendment_of=amends))


def term_of(row: TermRecord) -> Term:
    """Build the term that a row states."""
    return Term(
        start=day_of(row.start),
        last=_day(row.last),
        position=Position(row.product, row.currency),
        price=Price(
            amount_minor=row.amount_minor,
            cadence=Cadence(row.cadence),
            discount_minor=row.discount_minor,
            discount_share=Fraction(row.discount_share, SHARE) if row.discount_share else _NOTHING,
            discount_last=_day(row.discount_last),
            seats=row.seats,
        ),
        contract=row.contract_id,
        amends=row.amendment_of,
        renewing=Renewing(
            None if row.auto_renew is None else bool(row.auto_renew),
            None if row.escalator is None else Fraction(row.escalator, SHARE),
        ),
        course=TermCourse(
            status=STATUSES[row.status],
            cancelled_on=_day(row.cancelled_on),
            paused_on=_day(row.paused_on),
            resumed_on=_day(row.resumed_on),
            trial_last=_day(row.trial_last),
            past_due_since=_day(row.past_due_since),
        ),
        is_usage=bool(row.is_usage),
    )


def _day(number: int | None) -> date | None:
    return None if number is None else day_of(number)

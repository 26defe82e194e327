"""Signs of accounts from contracts that soon end or change, by number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from metrics.contracts.next_renewal import next_renewal
from metrics.contracts.terms import Term, TermStatus
from metrics.period_grammar import ONE_DAY
from metrics.score_rules import Thresholds
from storage.ledger.renewals import held_terms
from storage.store.column_types import day_number
from storage.tables.contracts import ContractTerm
from storage.tables.facts import AccountRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSigns:
    """Accounts by number: the day on which they renew, of the first failure, and the last paid."""

    renewing: Mapping[int, date]
    past_due: Mapping[int, date]
    leaving: Mapping[int, date]


def read_contract_signs(session: Session, *, day: date, thresholds: Thresholds) -> ContractSigns:
    """Read what is known on a day of renewals, failed payments and notice given."""
    numbers = _numbers(session, day, thresholds)
    renewing: dict[int, date] = {}
    past_due: dict[int, date] = {}
    leaving: dict[int, date] = {}
    until = day + timedelta(days=thresholds.renewal_days)
    for account, terms in held_terms(session, numbers):
        number = numbers[account]
        renewal = next_renewal(terms, today=day - ONE_DAY)  # who renews on the day stands before it
        if renewal is not None and renewal <= until:
            renewing[number] = renewal
        if (failed := _failed(terms, day, thresholds)) is not None:
            past_due[number] = failed
        if (ends := _ends(terms, day)) is not None:
            leaving[number] = ends
    return ContractSigns(renewing=renewing, past_due=past_due, leaving=leaving)


def _numbers(session: Session, day: date, thresholds: Thresholds) -> dict[str, int]:
    """Find the accounts with a term that may say something of the days to come."""
    row, now = ContractTerm, day_number(day)
    until = now + thresholds.renewal_days
    may_renew = or_(
        col(row.start).between(now, until),
        col(row.last).between(now - 1, until),
        col(row.last).is_(None),
        and_(col(row.last) < now, col(row.auto_renew) == 1),
    )
    statement = (
        select(col(AccountRow.account_id), col(AccountRow.number))
        .join(row, col(row.account) == col(AccountRow.number))
        .where(
            or_(may_renew, col(row.cancelled_on).is_not(None), col(row.past_due_since).is_not(None))
        )
        .distinct()
    )
    return {str(account): int(number) for account, number in session.execute(statement)}


def _failed(terms: list[Term], day: date, thresholds: Thresholds) -> date | None:
    since = day - timedelta(days=thresholds.past_due_days)
    days = (one.course.past_due_since for one in terms if one.course.status is TermStatus.PAST_DUE)
    return min((one for one in days if one is not None and since <= one < day), default=None)


def _ends(terms: list[Term], day: date) -> date | None:
    """Find the last day of the term of which notice was given, unless another runs on."""
    given = [
        one.last
        for one in terms
        if one.is_committed
        and one.last is not None
        and one.last >= day
        and one.course.cancelled_on is not None
        and one.course.cancelled_on < day
    ]
    running = [one.last or date.max for one in terms if one.is_committed and one.start <= day]
    return max(given) if given and max(given) >= max(running, default=date.min) else None

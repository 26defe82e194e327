"""Signs of accounts, by number: from contracts that soon end or change, and from recent signals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from metrics.contracts.next_renewal import next_renewal
from metrics.contracts.terms import Term, TermStatus
from metrics.period_grammar import ONE_DAY
from metrics.score_rules import CAPACITY_METRICS, LOGIN_METRICS, SEAT_METRICS, Thresholds
from storage.columns.live import reversed_runs
from storage.ledger.renewals import held_terms
from storage.store.column_types import day_number
from storage.tables.contracts import ContractTerm
from storage.tables.facts import AccountRow
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

Values = Mapping[int, Fraction]
"""A value of each account by its number."""
Course = dict[int, dict[int, Fraction]]
"""Values of accounts by day."""

_PERCENT = 2  # a share above it was meant in percent


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSigns:
    """Accounts by number: the shares of seats and capacity in use, and that logins fell by."""

    seats: Values
    capacity: Values
    logins_down: Values


def read_signal_signs(session: Session, *, day: date, thresholds: Thresholds) -> SignalSigns:
    """Read the signals of the days before one that make a sign."""
    days, now = thresholds.signal_days, day_number(day)
    logins_down: dict[int, Fraction] = {}
    for metric in LOGIN_METRICS:  # each is a count of its own
        for number, course in _courses(session, (metric,), since=now - 2 * days, day=now).items():
            fall = _fall(course, now - days)
            if fall is not None and fall >= thresholds.logins_down:
                logins_down[number] = max(fall, logins_down.get(number, fall))
    return SignalSigns(
        seats=_shares(session, SEAT_METRICS, now, days, least=thresholds.seats),
        capacity=_shares(session, CAPACITY_METRICS, now, days, least=thresholds.capacity),
        logins_down=logins_down,
    )


def _shares(
    session: Session, metrics: Sequence[str], now: int, days: int, *, least: Fraction
) -> Values:
    courses = _courses(session, metrics, since=now - days, day=now)
    last = {number: _share(course[max(course)]) for number, course in courses.items()}
    return {number: share for number, share in last.items() if share >= least}


def _share(value: Fraction) -> Fraction:
    return value / 100 if value > _PERCENT else value


def _fall(course: Mapping[int, Fraction], middle: int) -> Fraction | None:
    """Work out how much less a day has lately than in as many days before; None where none has."""
    sides: tuple[list[Fraction], list[Fraction]] = [], []
    for day, value in course.items():
        sides[day >= middle].append(value)
    before, after = (sum(side, Fraction()) / (len(side) or 1) for side in sides)
    return 1 - after / before if before and sides[1] else None


def _courses(session: Session, metrics: Sequence[str], *, since: int, day: int) -> Course:
    row = SignalRow
    statement = (
        select(col(AccountRow.number), col(row.day), col(row.units), col(row.decimals))
        .join(SignalMetric, col(SignalMetric.number) == col(row.metric))
        .join(SignalAccount, col(SignalAccount.number) == col(row.account))
        .join(AccountRow, col(AccountRow.account_id) == col(SignalAccount.account_id))
        .where(
            col(SignalMetric.name).in_(metrics),
            col(row.day) >= since,
            col(row.day) < day,
            col(row.import_id).not_in(reversed_runs(session)),
        )
        .order_by(col(row.recorded), col(row.id))
    )
    found: defaultdict[int, dict[int, Fraction]] = defaultdict(dict)
    for number, on, units, decimals in session.execute(statement):
        found[number][on] = Fraction(units, 10**decimals)
    return found

"""Signs of accounts from recent signals: seats and capacity in use, fewer logins; by number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.score_rules import CAPACITY_METRICS, LOGIN_METRICS, SEAT_METRICS, Thresholds
from storage.columns.live import reversed_runs
from storage.store.column_types import day_number
from storage.tables.facts import AccountRow
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

Values = Mapping[int, Fraction]
"""A value of each account by its number."""
Course = dict[int, dict[int, Fraction]]
"""Values of accounts by day."""

_PERCENT = 2  # a share above it was meant in percent


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

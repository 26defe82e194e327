"""The words of renewals: how much comes up, when and where, and what was renewed before."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.renewals.calendar import NamedRenewal, RenewalCalendar
from bot.renewals.measuring import UNSIGNED_DAYS
from bot.style.figures import percent, short_parts
from bot.style.grid import Grid
from bot.style.names import (
    capitalised,
    day_words,
    dimension_name,
    plural,
    safe_name,
    scope_name,
    short_month,
)
from metrics.period_grammar import ONE_DAY
from metrics.renewals import RenewalSum

_MOST_OF = Fraction(1, 2)


def headline(calendar: RenewalCalendar) -> str:
    """Write how much comes up, and until when."""
    scope = calendar.question.scope
    of = f" · {scope_name(scope)}" if scope else ""
    when = window_words(calendar.first, calendar.end)
    if not calendar.rows:
        return f"Nothing is up for renewal {when}{of}"
    amount = f"{calendar.unit.short(calendar.total.minor)} {calendar.unit.name}"
    return f"{amount} up for renewal {when}{of}"


def window_words(first: date, end: date) -> str:
    """Write the days ahead: "from 29 Nov 2026 to 26 Feb 2027"."""
    last = end - ONE_DAY
    if first == last:
        return f"on {day_words(last)}"
    begin = f"{first.day} {first:%b}" if first.year == last.year else day_words(first)
    return f"from {begin} to {day_words(last)}"


def finding(calendar: RenewalCalendar) -> str | None:
    """Say how much of all MRR that is, and which month and segment have the most of it."""
    if not calendar.rows:
        return None
    total = calendar.total
    share = percent(Fraction(total.minor, calendar.base)) if calendar.base else None
    said = f"That is {share} of {calendar.unit.name}: {plural(total.accounts, 'account')}"
    most = [*_most_month(calendar), *_most_value(calendar)]
    return f"{said}; {' and '.join(most)}." if most else f"{said}."


def unsigned_line(calendar: RenewalCalendar) -> str | None:
    """Say what should have been signed by now."""
    late = calendar.so_far.unsigned
    if late is None:
        return None
    amount, who = calendar.unit.short(late.minor), plural(late.accounts, "account")
    return (
        f"Not signed though its day has come, in the last {UNSIGNED_DAYS.days} days: {amount} of"
        f" {who}."
    )


def rate_line(calendar: RenewalCalendar) -> str:
    """Say how much of what came up in twelve months was renewed."""
    rate = calendar.so_far.rate
    if calendar.so_far.is_rate_hidden:
        return "The renewal rate of the last twelve months takes account detail here."
    if rate is None:
        return (
            "No signed term is known to have come up in the last twelve months, so there is no"
            " renewal rate: a list of contracts with past terms gives one."
        )
    return (
        f"Renewal rate of the last twelve months: {percent(rate.of_terms)} of"
        f" {plural(rate.terms, 'term')} and {percent(rate.of_mrr)} of their"
        f" {calendar.unit.name}."
    )


def hidden_line(calendar: RenewalCalendar) -> str | None:
    """Say that months are left out, where some are."""
    if not calendar.sums.hidden:
        return None
    return f"{plural(calendar.sums.hidden, 'month')} of too few accounts left out."


def month_grid(calendar: RenewalCalendar, most: int = 99) -> Grid:
    """Lay out what comes up by month; the amounts add up to the whole as it is shown."""
    named = {short_month(month): one for month, one in calendar.sums.months.items()}
    return _grid(calendar, "Month", _first(named, most, "later"))


def value_grid(calendar: RenewalCalendar, most: int = 99) -> Grid | None:
    """Lay out what comes up by the values of a dimension; None where there is but one."""
    if calendar.sums.dimension is None or len(calendar.sums.values) < 2:  # noqa: PLR2004
        return None
    named = {safe_name(value): one for value, one in calendar.sums.values.items()}
    others = f"and {len(named) - most} more"
    head = capitalised(dimension_name(calendar.sums.dimension))
    return _grid(calendar, head, _first(named, most, others))


def largest_grid(calendar: RenewalCalendar, most: int) -> Grid:
    """List the largest renewals, an account each."""
    rows = [
        (
            safe_name(one.name or one.account_id),
            calendar.unit.short(one.minor),
            ", ".join((day_words(one.day), *_owner(one), *([] if one.is_signed else ["unsigned"]))),
        )
        for one in (calendar.largest or ())[:most]
    ]
    return Grid(title="Largest", header=("Account", calendar.unit.name, "Renews"), rows=tuple(rows))


def _owner(one: NamedRenewal) -> list[str]:
    return [safe_name(one.owner)] if one.owner else []


def _first(sums: Mapping[str, RenewalSum], most: int, others: str) -> Mapping[str, RenewalSum]:
    """Keep so many sums, and put the others together; one alone keeps its name."""
    if len(sums) <= most + 1:
        return sums
    left = [*sums.values()][most:]
    together = RenewalSum(sum(one.accounts for one in left), sum(one.minor for one in left))
    return {**dict([*sums.items()][:most]), others: together}


def _grid(calendar: RenewalCalendar, head: str, sums: Mapping[str, RenewalSum]) -> Grid:
    unit = calendar.unit
    amounts = short_parts([unit.minor(one.minor) for one in sums.values()], unit.currency)
    rows = zip(sums.items(), amounts, strict=True)
    return Grid(
        title="",
        header=(head, "Accounts", unit.name),
        rows=tuple((name, f"{one.accounts:,}", amount) for (name, one), amount in rows),
        named=True,
    )


def _most_month(calendar: RenewalCalendar) -> list[str]:
    if len(calendar.sums.months) < 2:  # noqa: PLR2004
        return []
    month, most = max(calendar.sums.months.items(), key=lambda item: item[1].minor)
    return [f"most in {month:%B %Y} ({percent(Fraction(most.minor, calendar.total.minor))})"]


def _most_value(calendar: RenewalCalendar) -> list[str]:
    if len(calendar.sums.values) < 2:  # noqa: PLR2004
        return []
    value, most = next(iter(calendar.sums.values.items()))
    if Fraction(most.minor, calendar.total.minor) < _MOST_OF:
        return []
    return [f"{percent(Fraction(most.minor, calendar.total.minor))} of it is {safe_name(value)}"]

"""The sentences of an alert message: the course of the ratio, its cause, and its money."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from bot.alerts.telling.details import DropCause, NoticeDetails
from bot.alerts.telling.wording.accounts import is_driven_by_one
from bot.alerts.telling.wording.titles import in_points
from bot.findings.reasons import first_reasons
from bot.questions.typed_figures import exact_percent
from bot.style.differences import difference_of, parts_of
from bot.style.figures import percent, short_money
from bot.style.grounds import DEFINITION
from bot.style.names import day_words, plural, scope_name, short_month
from bot.style.ratios import stretch_label
from metrics.alerts.rules import RuleKind, Window
from metrics.alerts.states import ENDINGS, TransitionKind
from metrics.change import Component
from metrics.movements import MovementKind, arr
from metrics.period_grammar import ONE_DAY

_STANDS = "The alert stands as it stood, which is no sign that all is well."
_COMPONENTS = {
    Component.EXPANSION: MovementKind.EXPANSION,
    Component.CONTRACTION: MovementKind.CONTRACTION,
    Component.CHURN: MovementKind.CHURN,
}
_LONG = 2  # more in a row, or known, are worth a sentence


def sentences(details: NoticeDetails) -> tuple[str, ...]:
    """Write what happened, a line each: the course and its cause, then the money."""
    match details.kind:
        case TransitionKind.ERROR:
            return (f"{_STANDS} The log says what failed.",)
        case TransitionKind.STALE:
            return (f"The last closed month is missing. {_STANDS} Check the last import.",)
        case TransitionKind.WITHDRAWN:
            said = "The figures were restated: the drop that was told of is not there any more."
            return (said,)
        case TransitionKind.RULE_CHANGED:
            return ("The rule was changed: the drop that was told of is none by it.",)
        case TransitionKind.RESOLVED:
            return tuple(_lines((_before(details),)))
        case _:
            early = tuple(_before_the_close(details))
            course = (_before(details), *_causes(details))
            return tuple(_lines(course, (*_money(details), _rarity(details)), early))


def more_alerts(count: int) -> str:
    """Count the alerts without room, and name the command that lists them."""
    return f"And {count:,} more: /nrr alerts"


def stands_for(beneath: tuple[NoticeDetails, ...]) -> str | None:
    """Name the segments whose own alerts are told by that of the company; None without any."""
    names = [
        f"{scope_name(one.rule.scope)} {percent(one.verdict.value)}"
        for one in beneath
        if one.verdict is not None
    ]
    return f"It stands for the alerts of {', '.join(names)}." if names else None


def footer(details: NoticeDetails) -> str:
    """Write the quiet line at the end: the months that are closed, and the definition."""
    month = details.month
    if month is None:
        return f"No month judged yet · definitions {DEFINITION}"
    if details.is_provisional:
        return f"{month:%b %Y} is not closed · definitions {DEFINITION}"
    return f"Closed through {short_month(month)} · definitions {DEFINITION}"


def _lines(*lines: tuple[str | None, ...]) -> Iterator[str]:
    for line in lines:
        if said := " ".join(filter(None, line)):
            yield said


def _before(details: NoticeDetails) -> str | None:
    since, verdict = details.figures.since, details.verdict
    if verdict is not None and details.is_of_one_account:
        would = "would be" if details.is_provisional else "would have been"
        ratio = f"The ratio is {percent(verdict.value)}"
        return f"{ratio}; without that loss it {would} {percent(verdict.baseline)}."
    usual = ""
    if verdict is not None and verdict.baseline is not None and not details.is_of_level:
        name = "usual is" if verdict.deviation is not None else "the three months before had"
        usual = f"; {name} {percent(verdict.baseline)}"
    if since is None or since.value is None or details.month is None:
        return f"{usual[2:3].upper()}{usual[3:]}." if usual else None
    return f"It was {percent(since.value)} {_when(details, since.month)}{usual}."


def _when(details: NoticeDetails, since: date) -> str:
    window, month = details.rule.window, details.month or since
    if window is Window.YEAR and (month.year, month.month) == (since.year + 1, since.month):
        return "a year before"
    if window is Window.QUARTER:
        return f"in {stretch_label(window, since)}"
    return f"in {since:%B}" if since.year == month.year else f"in {since:%B %Y}"


def _causes(details: NoticeDetails) -> Iterator[str]:
    cause = details.figures.cause
    if cause is None:
        return
    said = [_component(details, cause)]
    if is_driven_by_one(details):
        said.append("one account took more than half of it")
    if (share := _share(cause)) is not None:
        said.append(share)
    yield f"{'; '.join(said)}."


def _component(details: NoticeDetails, cause: DropCause) -> str:
    worst = cause.worst
    minor: int = getattr(cause.retention, worst)
    amount = short_money(minor, details.figures.currency)
    stretch = _stretch(details, cause)
    if not minor:
        return f"There was no {worst} {stretch}"
    said = f"{worst.capitalize()} of {amount} {stretch}"
    if worst is Component.CHURN:
        said += f", {plural(cause.retention.accounts_lost, 'account')}"
    if worst is Component.EXPANSION:
        less = cause.fall_of(worst)
        return f"{said}, {in_points(less)} less than before" if less else said
    drivers = cause.drivers.drivers_of(_COMPONENTS[worst])
    reasons = first_reasons(drivers)
    return f"{said}, {reasons}" if reasons else said


def _stretch(details: NoticeDetails, cause: DropCause) -> str:
    month = details.month
    if month is None:
        return ""
    match cause.window:
        case Window.MONTH:
            so_far = " so far" if details.is_provisional else ""
            return f"in {month:%B}{so_far}"
        case Window.QUARTER:
            return f"in {stretch_label(cause.window, month)}"
        case Window.YEAR:
            return "in twelve months"


def _share(cause: DropCause) -> str | None:
    share = cause.share
    if share is None:
        return None
    change = share.change
    fall = difference_of(change.after, change.before)
    if fall >= 0:
        return None
    if change.is_reversed:
        return f"every {share.dimension} improved, but the mix shifted to those that keep less"
    lowest, mix = change.segments[0], change.mix
    if mix < 0 and -mix > abs(change.rate):
        taken = parts_of(fall, (mix, change.rate))[0]
        return _of_the_fall(taken, fall, "the mix")
    taken = parts_of(fall, [one.total for one in change.segments])[0]
    name = scope_name(((share.dimension, lowest.value),))
    return _of_the_fall(taken, fall, name) if taken * 2 <= fall else None


def _of_the_fall(taken: Fraction, fall: Fraction, name: str) -> str:
    if taken < fall:
        return f"{name} alone took {in_points(taken)}"
    if taken == fall:
        return f"all {in_points(fall)} come from {name}"
    of = in_points(fall).removesuffix(" points")
    return f"{in_points(taken)} of the {of} come from {name}"


def _money(details: NoticeDetails) -> Iterator[str]:
    at_stake = details.at_stake
    if at_stake is None or details.kind in ENDINGS:
        return
    currency = details.figures.currency
    amount = f"{short_money(at_stake, currency)} MRR ({short_money(arr(at_stake), currency)} ARR)"
    if details.is_of_one_account:
        yield f"The account took {amount}."
        return
    if details.is_of_level:
        is_floor = details.rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}
        yield f"It stands for {amount} below {'the floor' if is_floor else 'the level'}."
    else:
        yield f"It stands for {amount} below usual."


def _rarity(details: NoticeDetails) -> str | None:
    row, verdict = details.figures.in_a_row, details.verdict
    known = [point.value for point in details.figures.history if point.value is not None]
    unit = "quarter" if details.rule.window is Window.QUARTER else "month"
    if verdict is None or details.is_of_one_account:
        return None
    if row > _LONG and details.is_of_level and verdict.threshold is not None:
        below = f"below {exact_percent(verdict.threshold)}%"
        return f"It has been {below} for {plural(row, unit)} in a row."
    if len(known) > _LONG and verdict.value <= min(known):
        return f"It is the lowest of the {plural(len(known), unit)} known."
    return f"It is the {_ordinal(row)} {unit} in a row." if row > 1 else None


def _ordinal(number: int) -> str:
    words = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    return words.get(number, f"{number}th")


def _before_the_close(details: NoticeDetails) -> Iterator[str]:
    if details.figures.ends is None:
        return
    yield f"The data ends {day_words(details.figures.ends - ONE_DAY)}."
    yield "No alert changes: it fires if that is still so when the month is closed."

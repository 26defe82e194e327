"""The past of a rule in words: how often it would have fired, before anybody sets it up."""

from collections.abc import Iterator

from bot.alerts.rules.grammar import scope_words
from bot.alerts.rules.wording.sentences import NO_BASE, ratio_words
from bot.questions.typed_figures import exact_percent
from bot.style.figures import percent
from bot.style.names import capitalised, plural
from metrics.alerts.backtest import Backtest
from metrics.alerts.rules import AlertRule, RuleKind, Window
from metrics.alerts.statuses import Health

NOTHING_CLOSED = "no month is closed yet: it is judged once an import says --closed-through"


def backtest_words(rule: AlertRule, tested: Backtest | None) -> str:
    """Write how a rule would have done, as a sentence goes on with it and without its full stop.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from metrics.alerts.backtest import Newest
    >>> level = AlertRule(
    ...     rule_id="", kind=RuleKind.FLOOR, threshold=Fraction(105, 100), window=Window.YEAR
    ... )
    >>> backtest_words(level, Backtest(periods=24, newest=Newest(value=Fraction(114, 100))))
    '12-month NRR of the whole company was below 105% in 0 of 24 months; now 114.0%'
    """
    if tested is None:
        return NOTHING_CLOSED
    return "; ".join(_clauses(rule, tested))


def backtest_sentence(rule: AlertRule, tested: Backtest | None) -> str:
    """Write how a rule would have done, as a sentence of its own."""
    words = backtest_words(rule, tested)
    return f"{capitalised(words)}."


def _clauses(rule: AlertRule, tested: Backtest) -> Iterator[str]:
    subject, newest = f"{ratio_words(rule)} of {scope_words(rule.scope)}", tested.newest
    if newest.value is None:
        yield f"{subject} cannot be judged yet: {_why_not(rule, newest.health)}"
        return
    if not tested.periods:  # months are known, and too few to say what is usual
        months = rule.months_before
        yield f"a drop of {subject} cannot be told yet: it takes {months} months before it"
        return
    yield _past(rule, tested, subject)
    if newest.health is not Health.OK:
        yield f"the last closed month cannot be judged: {_why_not(rule, newest.health)}"
    elif tested.breached:
        yield f"it is {percent(newest.value)} now{_not_over(rule, tested)}"
    else:
        yield f"now {percent(newest.value)}"


def _past(rule: AlertRule, tested: Backtest, subject: str) -> str:
    periods = plural(tested.periods, "quarter" if rule.window is Window.QUARTER else "month")
    if rule.kind is not RuleKind.FLOOR:
        times = "once" if tested.alerts == 1 else f"{tested.alerts} times"
        return f"an alert on {subject} would have fired {times} in {periods}"
    below = f"{subject} was below {exact_percent(rule.threshold)}% in {tested.breached} of"
    return f"{below} {periods}{_alerts(tested)}"


def _not_over(rule: AlertRule, tested: Backtest) -> str:
    if not tested.newest.would_fire or tested.last == tested.newest.month:
        return ""
    if rule.kind is not RuleKind.FLOOR:
        return ", not yet over"
    return f", not yet {exact_percent(rule.recovery_margin)} points clear of that"


def _alerts(tested: Backtest) -> str:
    match tested.alerts:
        case 0:
            return ", no alert" if tested.breached else ""
        case 1:
            return ", one alert"
        case _:
            return f", {tested.alerts} alerts"


def _why_not(rule: AlertRule, health: Health) -> str:
    match health:
        case Health.INSUFFICIENT:
            return f"fewer than {rule.min_accounts} accounts had MRR when it began"
        case Health.NO_BASE:
            return f"there was no opening MRR {NO_BASE[rule.window]}"
        case Health.STALE:
            return "no MRR was open in it"
        case Health.OK:
            return "no quarter is closed"

"""Text to an alert rule and back: "monthly smb below 99%", "smb drops 3 points for 2 months"."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from bot.alerts.rules.recipients import (
    ME,
    RECIPIENTS,
    checked_recipients,
    recipients_in,
    unknown_recipient,
)
from bot.alerts.rules.thresholds import COUNTED, COUNTS, LOWEST, checked_threshold, read_months
from bot.alerts.rules.windows import WINDOW, WINDOW_WORDS, read_window
from bot.errors import UsageError
from bot.questions.echo import echoed
from bot.questions.parsing import CANONICAL_LENGTH, canonical_scope
from bot.questions.scopes import CHOSEN_APART, read_scope, read_scope_alone
from bot.questions.typed_figures import exact_percent, read_figure
from bot.questions.words import Vocabulary, is_too_long, normalise
from bot.style.names import WHOLE_COMPANY, scope_name
from metrics.alerts.rules import AlertRule, Metric, RuleKind, Window
from metrics.errors import MetricsError
from metrics.rollup import Scope

EXAMPLE = "company below 100%"
EXAMPLES = "`enterprise below 105%` or `smb drops 3 points for 2 months`"
BEFORE = "from the three months before"
PERIODS = (
    "an alert watches every month that is closed: leave the period and the split out, or say"
    f" monthly, quarterly or 12-month, as in {EXAMPLE}"
)
_ANY_DAY = date(2026, 1, 1)  # a scope is read like a question, which needs a day

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_FIGURE = r"-?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)"
UNIT = r"%|percent(?:age\ points?)?|per\ cent|points?|pts?|pp"
"""Units that can follow a figure, to be read case for case and with spaces escaped."""
PERCENT = frozenset({"%", "percent", "per cent"})
"""Those that mean percent; the others mean points."""
_TERM = re.compile(
    rf"""(?<!\S)(?:
    (?P<below>(?:(?:is|goes|gets|drops?|falls?|dips?)\ )?
        (?:below|under|less\ than|lower\ than|&lt;|<))\ ?
        (?P<level>{_FIGURE})\ ?(?P<level_unit>{UNIT})?
    |(?P<drop>drop(?:s|ped)?|falls?|down|declines?|decreases?|loses?)
        (?:\ by|\ of)?(?:\ at\ least)?\ ?(?P<size>{_FIGURE})\ ?(?P<size_unit>{UNIT})?
        (?:\ (?:of|from|against)\ (?:the\ three\ months|(?P<month>the\ month))\ before)?
    |{WINDOW}
    |(?:for\ )?(?P<count>{_FIGURE}|{"|".join(COUNTED)})(?:\ |-)?(?P<each>months?|mo?|quarters?)
        (?:\ running|\ in\ a\ row)?
    |for\ (?P<span>{_FIGURE}|{"|".join(COUNTS[1:])})(?:\ ?(?P<other>\w+))?
    |(?P<nrr>nrr|ndr|dbnr|net\ (?:(?:revenue|dollar)\ )?retention)
    |(?P<grr>grr|gross\ (?:(?:revenue|dollar)\ )?retention)
    |(?:to|tell)\ (?P<recipients>{RECIPIENTS})
    |(?P<stray_to>to|tell)(?:\ (?P<stray>\S+))?
    |(?P<rises>above|over|exceeds|rises?)
    |(?P<vague>below|under|less\ than|&lt;|<|drop(?:s|ped)?|falls?|down|declines?)
    |(?P<bare>{_FIGURE}\ ?(?:{UNIT}))
    |(?P<filler>alert|warn|when|whenever|if|once)
    )(?=$|[\s,;]|[.!?](?:\s|$))""",
    re.VERBOSE | re.IGNORECASE,
)
_WINDOW = re.compile(rf"(?<!\S)(?:{WINDOW})(?=$|[\s,;])", re.VERBOSE | re.IGNORECASE)
_HINTED = re.compile(r" Try: (?!by |trend |.* vs )(?P<scope>.+) last-quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRule:
    """A rule as it was typed, without an id yet, and the recipients that were named."""

    rule: AlertRule
    recipients: tuple[str, ...] = ()  # ids, `ME` and `OWNERS`, each once in the order typed

    def recipients_for(self, user_id: str) -> tuple[str, ...]:
        """Return the recipients when that user has typed it: they alone unless they named some."""
        named = (user_id if one == ME else one for one in self.recipients)
        return tuple(dict.fromkeys(named)) or (user_id,)


def parse_rule(text: str, *, vocabulary: Vocabulary, default: Scope = ()) -> TypedRule:
    """Read the rule that ``text`` describes.

    Parameters
    ----------
    text : str
        ``[monthly|quarterly|12-month] [nrr|grr] [values] below N%``, ``drops N points`` or ``drops
        N%``, with ``for N months`` and ``to PEOPLE``, in any order and case, as Slack sends it:
        people and channels escaped.
    vocabulary : Vocabulary
        The names that this ledger knows.
    default : Scope
        The accounts that are meant where no value is named, nor the company.

    Raises
    ------
    UsageError
        If something is missing, said twice or not understood; nothing is guessed.

    Examples
    --------
    >>> ledger = Vocabulary({"segment": ("enterprise", "smb")})
    >>> typed = parse_rule("smb drop 3pts for 2 months to <@U123|maya>", vocabulary=ledger)
    >>> rule_text(typed.rule), typed.recipients
    ('segment:smb monthly nrr drops 3 points for 2 months', ('U123',))
    """
    if is_too_long(text, max_length=CANONICAL_LENGTH):
        raise UsageError(f"that is too long to read as one rule. Try: {EXAMPLE}")
    plain = normalise(text, max_length=CANONICAL_LENGTH)
    # A quoted text is a name, whatever it says; masked letter for letter, positions stay the same.
    masked = _QUOTED.sub(lambda quote: "\0" * len(quote[0]), plain)
    terms = list(_TERM.finditer(masked))
    for term in terms:
        _refuse(term)
    kind, threshold = _threshold(terms)
    metric = _metric(terms)
    window = read_window(terms, kind=kind, vocabulary=vocabulary)
    named = _rest(plain, terms)
    scope = (
        read_rule_scope(named, vocabulary=vocabulary, only=PERIODS) if named.strip() else default
    )
    rule = AlertRule(
        rule_id="",
        kind=kind,
        threshold=checked_threshold(threshold, kind=kind, metric=metric),
        metric=metric,
        scope=scope,
        window=window,
        for_periods=_periods(terms, window),
    )
    return TypedRule(rule=rule, recipients=_recipients(terms))


def rule_text(rule: AlertRule) -> str:
    """Write a rule of the workspace's own as `parse_rule` reads it."""
    scope, window = canonical_scope(rule.scope) or "company", WINDOW_WORDS[rule.window]
    return f"{scope} {window} {rule.metric} {threshold_words(rule)}"


def scope_words(scope: Scope) -> str:
    """Name the accounts of a rule for people, such that they are read as the same accounts.

    Examples
    --------
    >>> scope_words((("segment", "enterprise"),)), scope_words((("size", "up to 50"),))
    ('enterprise', 'size:"up to 50"')
    """
    if not scope:
        return WHOLE_COMPANY
    return scope[0][1] if _is_plain(scope) else canonical_scope(scope)


def _is_plain(scope: Scope) -> bool:
    """Tell whether the value alone says what is meant, and is read as that in a rule."""
    if len(scope) != 1 or scope_name(scope) != scope[0][1] or _TERM.search(scope[0][1]):
        return False
    [(dimension, value)] = scope
    try:
        return read_rule_scope(value, vocabulary=Vocabulary({dimension: (value,)})) == scope
    except UsageError:  # it is called like a period, or like a word of the grammar
        return False


def threshold_words(rule: AlertRule) -> str:
    """Write the threshold of a rule of the workspace's own, and for how long it has to last.

    Examples
    --------
    >>> own = AlertRule(
    ...     rule_id="", kind=RuleKind.PERCENT_DROP, threshold=Fraction(1, 10), for_periods=2
    ... )
    >>> threshold_words(own)
    'drops 10% from the three months before for 2 months'
    """
    figure = exact_percent(rule.threshold)
    match rule.kind:
        case RuleKind.PERCENT_DROP:
            said = f"drops {figure}% {BEFORE}"
        case RuleKind.POINT_DROP:
            said = f"drops {figure} point{'' if figure == '1' else 's'}"
        case _:
            said = f"below {figure}%"
    return said + (f" for {rule.for_periods} {_unit(rule.window)}s" if rule.for_periods > 1 else "")


def read_chosen_scope(text: str, *, vocabulary: Vocabulary) -> Scope:
    """Read the scope that a form's field names: its other fields say the rest of the rule."""
    try:
        return read_scope_alone(text, vocabulary=vocabulary, today=_ANY_DAY, fiscal_start=1)
    except UsageError as error:
        if _WINDOW.search(text):  # a question would take it for the window of a trend
            raise UsageError(CHOSEN_APART) from error
        raise


def read_rule_scope(text: str, *, vocabulary: Vocabulary, only: str = CHOSEN_APART) -> Scope:
    """Read the scope of words such as ``enterprise``; none mean the company.

    ``only`` is what to say to words that ask for more than that.
    """
    try:
        return read_scope(
            text,
            vocabulary=vocabulary,
            today=_ANY_DAY,
            fiscal_start=1,
            only=only,
        )
    except MetricsError:
        raise UsageError(only) from None
    except UsageError as error:
        if _WINDOW.search(text):  # a question would take it for the window of a trend
            raise UsageError(only) from error
        raise UsageError(_own_example(str(error))) from None


def _refuse(term: re.Match[str]) -> None:
    if term["month"]:
        raise UsageError(
            "a drop is measured from the median of the three months before it: leave “the month"
            " before” out"
        )
    if term["rises"]:
        raise UsageError(f"alerts are for drops: say `below` or `drops`, as in {EXAMPLES}")
    if term["vague"]:
        raise UsageError(f"say how much, in % or points, as in {EXAMPLES}")
    if term["bare"]:
        raise UsageError(
            f"{term['bare']} alone is no rule: say `below` or `drops` before it, as in {EXAMPLES}"
        )
    if term["span"]:
        count, unit = term["span"], term["other"]
        said = f"{count} of what" if unit is None else f"I don't count in {echoed(unit)}"
        raise UsageError(f"{said}: alerts count closed months, as in `for 2 months`")
    if term["stray_to"]:
        raise unknown_recipient(term["stray"] or "")


def _threshold(terms: list[re.Match[str]]) -> tuple[RuleKind, Fraction]:
    found = [term for term in terms if term["below"] or term["drop"]]
    if not found:
        raise UsageError(f"say when you want to hear, as in {EXAMPLES}")
    if len(found) > 1:
        raise UsageError("that is more than one threshold: set up one alert for each")
    [term] = found
    if term["below"]:
        return RuleKind.FLOOR, _level(term["level"], term["level_unit"])
    return _drop(term["size"], term["size_unit"])


def _level(figure: str, unit: str | None) -> Fraction:
    if unit is None:
        level = read_figure(figure)
        meant = exact_percent(level * 100 if level < LOWEST else level)
        raise UsageError(f"{figure} of what? A level is in percent: type `below {meant}%`")
    if not _is_percent(unit):
        raise UsageError(
            f"a level is in percent: type `below {figure}%`, or `drops {figure} points` for a"
            f" drop {BEFORE}"
        )
    return read_figure(figure)


def _drop(figure: str, unit: str | None) -> tuple[RuleKind, Fraction]:
    if unit is None:
        raise UsageError(
            f"{figure} of what? Type `drops {figure} points`, or `drops {figure}%` for a share of"
            " what was usual before"
        )
    kind = RuleKind.PERCENT_DROP if _is_percent(unit) else RuleKind.POINT_DROP
    return kind, read_figure(figure)


def _is_percent(unit: str) -> bool:
    return unit.casefold() in PERCENT


def _metric(terms: list[re.Match[str]]) -> Metric:
    found = {metric for term in terms for metric in Metric if term[metric]}
    if len(found) > 1:
        raise UsageError("an alert watches one ratio: give nrr or grr")
    return found.pop() if found else Metric.NRR


def _periods(terms: list[re.Match[str]], window: Window) -> int:
    found = [(term["count"], term["each"]) for term in terms if term["count"]]
    if len(found) > 1:
        raise UsageError("that gives two numbers of months: give one, as in `for 2 months`")
    if not found:
        return 1
    [(count, unit)] = found
    if unit[:1].casefold() != _unit(window)[0]:
        raise UsageError(
            f"this alert counts closed {_unit(window)}s: type `for {count} {_unit(window)}s`"
        )
    return read_months(count)


def _unit(window: Window) -> str:
    # Twelve months end with each month, and are judged once a month.
    return "quarter" if window is Window.QUARTER else "month"


def _recipients(terms: list[re.Match[str]]) -> tuple[str, ...]:
    named = (
        one for term in terms if term["recipients"] for one in recipients_in(term["recipients"])
    )
    return checked_recipients(tuple(dict.fromkeys(named)))


def _rest(text: str, terms: list[re.Match[str]]) -> str:
    kept, start = [], 0
    for term in terms:
        kept.append(text[start : term.start()])
        start = term.end()
    return " ".join((*kept, text[start:])).strip(" ,;.!?")


def _own_example(refusal: str) -> str:
    # The refusal's example is a question: here it has to be a rule.
    problem, is_hint, _ = refusal.partition(" Try: ")
    hinted = _HINTED.fullmatch(refusal.removeprefix(problem))
    example = f"{hinted['scope']} below 100%" if hinted else EXAMPLE
    return f"{problem} Try: {example}" if is_hint else problem

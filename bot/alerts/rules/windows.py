"""The window of a rule, typed and written: "monthly", "quarterly", "12-month"."""

import re
from collections.abc import Mapping, Sequence

from bot.errors import UsageError
from bot.questions.hints import shown
from bot.questions.words import Vocabulary
from metrics.alerts.rules import RuleKind, Window

WINDOW_WORDS: Mapping[Window, str] = {
    Window.MONTH: "monthly",
    Window.QUARTER: "quarterly",
    Window.YEAR: "12-month",
}
"""Windows as they stand before a ratio."""

_OF_WINDOW: Mapping[Window, str] = {
    Window.MONTH: r"monthly|(?:1|one|single|per|(?:in\ )?(?:a|each|one))(?:\ |-)month",
    Window.QUARTER: r"quarterly|(?:per|(?:in\ )?(?:a|each|one))\ quarter",
    Window.YEAR: (
        r"ttm|annual(?:ly)?|yearly|per\ year|(?:(?:over|in)\ )?a\ year"
        r"|(?:(?:over|in)\ )?(?:the\ )?(?:last\ |trailing\ )?"
        r"(?:12|twelve)(?:\ |-)?(?:months?|mo?)(?!\ (?:running|in\ a\ row))"
    ),
}
WINDOW = "|".join(rf"(?P<{window.name}>{words})" for window, words in _OF_WINDOW.items())
"""A typed window, to be read case for case and with spaces escaped; a group for each."""

SINGLE_MONTHS = (
    "drops are looked for in single months, since two 12-month figures in a row share eleven of"
    " theirs: leave `{said}` out, or give a level, as in `12-month nrr below 100%`"
)


def read_window(
    terms: Sequence[re.Match[str]], *, kind: RuleKind, vocabulary: Vocabulary
) -> Window:
    """Read the window among the terms of a rule: twelve months for a level, a month for a drop.

    Raises
    ------
    UsageError
        If there are two, one for a drop that is no month, or one that is a name in this ledger.
    """
    said = [(window, term) for term in terms for window in Window if term[window.name]]
    for _, term in said:
        _require_no_name(term, vocabulary)
    if len({window for window, _ in said}) > 1:
        raise UsageError("an alert watches one length of time: say monthly, quarterly or 12-month")
    if kind is RuleKind.FLOOR:
        return said[0][0] if said else Window.YEAR
    for window, term in said:
        if window is not Window.MONTH:
            raise UsageError(SINGLE_MONTHS.format(said=term[0]))
    return Window.MONTH


def _require_no_name(term: re.Match[str], vocabulary: Vocabulary) -> None:
    named = vocabulary.anywhere(term[0])
    # Right before the ratio it can be no name: "monthly nrr".
    if not named or re.match(r"\ (?:[ng]rr|net|gross)\b", term.string[term.end() :], re.IGNORECASE):
        return
    dimension, value = named[0]
    raise UsageError(
        f"“{term[0]}” is also a name in this ledger: type `{shown(dimension)}:{shown(value)}`"
        f" for those accounts, or `{term[0]} nrr` for the time"
    )

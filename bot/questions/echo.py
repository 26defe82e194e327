"""Words as they were typed, quoted in a refusal."""

from bot.style.names import shortened
from metrics.spelling import cleaned

_INNER_MARKS = " -.,/+%$'"
_LONGEST = 30
_LOOK_ALIKE = str.maketrans(
    {"&": "\uff06", "<": "\u2039", ">": "\u203a", "*": "\u2217", "~": "\u223c", "`": "\u2019"}
    | {"@": "\uff20", "#": "\uff03", "|": "\u00a6", '"': "\u2019"}
    | {"[": "\uff3b", "]": "\uff3d", "\\": "\uff3c"}
)


def echoed(text: str) -> str:
    """Quote a typed word, 30 characters at most, without what Slack would read as markup.

    An ellipsis says that more was typed: a year that is cut would read as another. Underscores
    become hyphens, which are read as the same. Of a text without letters its signs are quoted,
    those of markup by others that look alike.

    Examples
    --------
    >>> echoed("1.5.2026..2.6.2026"), echoed("<!here> mid_markt?"), echoed("?!")
    ('"1.5.2026..2.6.2026"', '"here mid-markt"', '"?!"')
    """
    plain = cleaned(text).replace("_", "-")
    kept = "".join(each for each in plain if each.isalnum() or each in _INNER_MARKS)
    words = kept.lstrip(_INNER_MARKS).rstrip(_INNER_MARKS.replace("%", ""))
    return f'"{shortened(words or plain.translate(_LOOK_ALIKE), _LONGEST)}"'

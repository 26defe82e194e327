"""Words as they were typed, quoted in a refusal."""

from metrics.spelling import cleaned

_INNER_MARKS = " -.,/+%$'"
_LOOK_ALIKE = str.maketrans(
    {"&": "\uff06", "<": "\u2039", ">": "\u203a", "*": "\u2217", "~": "\u223c", "`": "\u2019"}
    | {"@": "\uff20", "#": "\uff03", "|": "\u00a6", '"': "\u2019"}
    | {"[": "\uff3b", "]": "\uff3d", "\\": "\uff3c"}
)


def echoed(text: str) -> str:
    """Quote a typed word, 30 characters at most, without what Slack would read as markup.

    Underscores become hyphens, which are read as the same. Of a text without letters its signs are
    quoted, those of markup by others that look alike.

    Examples
    --------
    >>> echoed("1.5.2026..2.6.2026"), echoed("<!here> mid_markt?"), echoed("?!")
    ('"1.5.2026..2.6.2026"', '"here mid-markt"', '"?!"')
    """
    plain = cleaned(text).replace("_", "-")
    kept = "".join(each for each in plain if each.isalnum() or each in _INNER_MARKS)
    words = kept.lstrip(_INNER_MARKS)[:30].rstrip(_INNER_MARKS.replace("%", ""))
    return f'"{words or plain.translate(_LOOK_ALIKE)[:30]}"'

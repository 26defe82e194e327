"""Words as they were typed, quoted in a refusal."""

_INNER_MARKS = " -.,/+%$'"


def echoed(text: str) -> str:
    """Quote a typed word, 30 characters at most, without what Slack would read as markup.

    Underscores become hyphens, which are read as the same.

    Examples
    --------
    >>> echoed("1.5.2026..2.6.2026"), echoed("<!here> mid_markt?")
    ('"1.5.2026..2.6.2026"', '"here mid-markt"')
    """
    plain = text.replace("_", "-")
    kept = "".join(each for each in plain if each.isalnum() or each in _INNER_MARKS).strip(
        _INNER_MARKS
    )
    return f'"{kept[:30].rstrip(_INNER_MARKS)}"' if kept else "that word"

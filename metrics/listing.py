"""Long lists in a sentence: the first of them, and how many more there are."""

from collections.abc import Sequence


def few_of(names: Sequence[str], most: int, *, of: int | None = None, by: str = ",") -> str:
    """List the first names, and count the others.

    Parameters
    ----------
    of : int, optional
        How many there are, where ``names`` are the first ones already.
    by : str
        What stands between two of them.

    Examples
    --------
    >>> few_of(["a", "b", "c"], 2), few_of(["a", "b"], 2)
    ('a, b and 1 more', 'a, b')
    >>> few_of(["a, if b", "c"], 2, of=1_202, by=";")
    'a, if b; c; and 1,200 more'
    """
    shown = names[:most]
    rest = (len(names) if of is None else of) - len(shown)
    before = "" if by == "," else by
    return f"{f'{by} '.join(shown)}{f'{before} and {rest:,} more' if rest > 0 else ''}"

"""Words in cells: those that say yes or no, and kinds of movements as other programs have them."""

import re
from collections.abc import Mapping

from metrics.movements import KINDS, MovementKind
from storage.importing.cells import CellError

_OTHERS = {
    **dict.fromkeys(("new business", "new customer", "new subscriber", "new subscription"), "new"),
    "upgrade": "expansion",
    "downgrade": "contraction",
    **dict.fromkeys(("churned", "cancellation", "canceled", "cancelled"), "churn"),
    **dict.fromkeys(("reactivated", "resurrected"), "reactivation"),
}
_NO_WORD = re.compile(r"[\W_]+")


def by_word(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Index names by all words for them, their own included."""
    return {word: name for name, spellings in words.items() for word in (name, *spellings)}


def plain(text: str) -> str:
    """Reduce a cell's spellings to one: case, hyphens and underscores do not count."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split()) or text


_ANSWERS = by_word(
    {
        "yes": ("y", "true", "t", "1", "x", "on", "auto", "ja", "wahr"),
        "no": ("n", "false", "f", "0", "-", "off", "manual", "none", "nein", "falsch"),
    }
)


def parse_answer(text: str) -> int:
    """Read a yes as 1 and a no as 0.

    Raises
    ------
    CellError
        If it is neither.
    """
    name = _ANSWERS.get(plain(text))
    if name is None:
        raise CellError("is neither yes nor no")
    return int(name == "yes")


def parse_kind(text: str) -> int:
    """Parse a kind to its place in `MovementKind`.

    Raises
    ------
    CellError
        If it is none.
    """
    words = " ".join(_NO_WORD.split(text.casefold())).strip()
    try:
        return KINDS.index(MovementKind(_OTHERS.get(words, words)))
    except ValueError:
        known = ", ".join(MovementKind)
        raise CellError(f"is none of {known}: leave that column out with `--ignore type`") from None

"""Cells that say yes or no."""

from collections.abc import Mapping

from storage.importing.cells import CellError


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

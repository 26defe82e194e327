"""Letters of a picture: what the font has, how wide a text is, and where its lines end."""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from bot.style.names import shortened

FONT = "DejaVu Sans"  # comes with matplotlib, so a picture is the same on every machine
_POINTS, _SUBPIXELS = 72, 64  # of an inch, and of a point, as FreeType measures


def write(text: Text) -> Text:
    """Set a text's font, and take what it says literally: two dollar signs are no formula."""
    text.set_fontfamily(FONT)
    text.set_parse_math(False)
    return text


def drawable(name: str) -> str | None:
    """Keep of a name what the font can write; None if letters of it would be missing."""
    missing = {character for character in name if not _has_glyph(character)}
    if any(unicodedata.category(character)[0] in "LMN" for character in missing):
        return None  # without its letters it would be another name; emoji may go
    kept = "".join(character for character in name if character not in missing)
    return " ".join(kept.split()) or None


def narrowed(name: str, *, inches: float, size: float, bold: bool = False) -> str:
    """Shorten a name until it is no wider than ``inches`` in letters of a size."""
    if width_of(name, size, bold=bold) <= inches:
        return name

    def is_wider(length: int) -> bool:
        return width_of(shortened(name, length), size, bold=bold) > inches

    fitting = bisect_left(range(1, len(name)), True, key=is_wider)  # noqa: FBT003 - what is looked for
    return shortened(name, fitting) if fitting else "…"


def told_apart(names: Sequence[str], cut: Callable[[str], str]) -> list[str]:
    """Cut names to what fits; of those that would be the same, keep where they begin to differ."""
    found = [cut(name) for name in names]
    for same in set(found):
        alike = {name for name, one in zip(names, found, strict=True) if one == same}
        if len(alike) == 1:
            continue
        letters = takewhile(lambda each: len({*each}) == 1, zip(*alike, strict=False))
        common = "".join(letter for letter, *_ in letters)
        start = common.rfind(" ") + 1 or len(common)  # a word is not cut in two
        for at, name in enumerate(names):
            if found[at] == same and len(name) > start:
                found[at] = _from_difference(name, start, cut)
    return found


def _from_difference(name: str, start: int, cut: Callable[[str], str]) -> str:
    """Cut a name before what begins at a letter, and as little of it as fits."""
    rest = f"… {name[start:]}" if name[start - 1 : start] == " " else f"…{name[start:]}"
    tries = (f"{name[:kept].rstrip()}{rest}" for kept in range(start - 1, 0, -1))
    fitting = (cut(one) for one in tries if cut(one).split() == one.split())
    return next(fitting, cut(rest))


def wrapped(
    text: str, *, inches: float, size: float, bold: bool = False, most: int = 2
) -> tuple[str, ...]:
    """Break a text into lines no wider than ``inches``; the last of ``most`` is cut short.

    A space that does not break stays in its word.
    """
    words = [word for word in text.split(" ") if word]
    lines = list(_lines(words, inches=inches, size=size, bold=bold))
    left = " ".join(lines[most - 1 :])
    last = (narrowed(left, inches=inches, size=size, bold=bold),) if left else ()
    return (*lines[: most - 1], *last)


@lru_cache(maxsize=1_000)  # labels and headings come again from picture to picture
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Measure a text in inches."""
    font = _font(bold=bold)
    font.set_size(size, _POINTS)
    font.set_text(text)
    width, _ = font.get_width_height()
    return float(width) / _SUBPIXELS / _POINTS


def _lines(words: list[str], *, inches: float, size: float, bold: bool) -> Iterator[str]:
    line: list[str] = []
    for word in words:
        if line and width_of(" ".join((*line, word)), size, bold=bold) > inches:
            yield " ".join(line)
            line = []
        line.append(narrowed(word, inches=inches, size=size, bold=bold))
    if line:
        yield " ".join(line)


@cache
def _has_glyph(character: str) -> bool:
    return bool(_font(bold=False).get_char_index(ord(character)))


def _font(*, bold: bool) -> FT2Font:
    return get_font(_file(bold=bold))


@cache
def _file(*, bold: bool) -> str:
    return findfont(FontProperties(family=FONT, weight="bold" if bold else "normal"))

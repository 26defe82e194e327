"""Spellings of names: cleaned, and folded so that those which people take for one are the same."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_PLAIN: Final = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
}
_APART: Final = re.compile(r"[-_\s]+")
# Of Latin, Greek and Cyrillic letters; in other scripts a mark makes another letter.
_ACCENTS: Final = re.compile(r"[\u0300-\u036f]")
_WHOLE: Final = str.maketrans(
    {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that are no letter with a mark, and that keyboards elsewhere lack."""


class _Clean(dict[int, str]):  # filled as characters are met: all of Unicode would be large
    def __missing__(self, code: int) -> str:
        character = chr(code)
        invisible = unicodedata.category(character).startswith("C")
        self[code] = " " if character.isspace() else "" if invisible else character
        return self[code]


_CLEAN: Final = _Clean(_PLAIN)


def cleaned(text: str) -> str:
    """Compose a text with plain quotes, dashes and spaces, without its invisible characters."""
    # Quotes and dashes first: NFKC turns an acute accent into a space and a mark of its own.
    composed = unicodedata.normalize("NFKC", text.translate(_CLEAN))
    return composed.translate(_CLEAN)  # NFKC turns a small dash into a dash


@lru_cache(maxsize=2**12)
def fold(text: str) -> str:
    """Reduce a name's spellings to one: case, accents, hyphens and underscores do not count.

    Examples
    --------
    >>> fold("Central-Government"), fold("İstanbul A.Ş."), fold("Müller")
    ('central government', 'istanbul a.s.', 'muller')
    """
    is_plain = text.isascii() and text.isprintable()  # most are, and 50,000 may be folded
    folded = text.lower() if is_plain else _without_accents(cleaned(text).casefold())
    return _APART.sub(" ", folded).strip()


def _without_accents(text: str) -> str:
    letters = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", letters).translate(_WHOLE)

"""Folding of ids: those that look alike to a person become the same."""

import re
import unicodedata
from collections.abc import Iterable

_MARKS = re.compile(r"[\u0300-\u036f]")
# Between two digits a mark means something: 1-23 is another number than 12-3.
_PUNCTUATION = re.compile(r"(?<!\d)[^\w\n]+|[^\w\n]+(?!\d)|_")
_ZEROS = re.compile(r"^0+(?=\d+$)", re.MULTILINE)


def folded(names: Iterable[str]) -> list[str]:
    """Fold ids so that those that look alike are the same; all of them in a few looks."""
    each = list(names)
    text = "\n".join(each)
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    keys = _ZEROS.sub("", _PUNCTUATION.sub("", text.casefold())).split("\n")
    if len(keys) != len(each):  # a compatibility form had a line break in it
        keys = [name.casefold() for name in each]
    return [key or name for key, name in zip(keys, each, strict=True)]

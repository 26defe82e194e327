"""Names of header cells in one spelling, whatever program wrote them."""

import re
import unicodedata
from collections.abc import Sequence

from metrics.listing import few_of
from metrics.money import is_currency
from storage.importing.cells import quotable

MAX_NAME = 60
_MOST_SHOWN = 12
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"\W+")


def plain_name(cell: str) -> str:
    """Spell a header cell in lower case with underscores: ``Created (UTC)`` is ``created_utc``."""
    # NFKC: full-width letters and hard spaces look like plain ones in a spreadsheet.
    text = _HUMP.sub("_", unicodedata.normalize("NFKC", cell))
    return _NO_WORD.sub("_", text.casefold()).strip("_")


def quoted(cell: str) -> str:
    """Put a cell into quotes, shortened to what a person needs to find it again."""
    return f'"{quotable(cell)}"'


def listed(cells: Sequence[str]) -> str:
    """List cells of a header, the first ones of many."""
    return few_of([*map(quoted, cells)], _MOST_SHOWN)


def is_attribute_name(name: str) -> bool:
    """Tell whether questions can ask by an attribute of this name."""
    return name.isidentifier() and len(name) <= MAX_NAME


def without_currency(name: str) -> tuple[str, str]:
    """Part a plain name from the currency that it ends with: ``mrr_in_eur`` is ``mrr, EUR``.

    The currency is empty where there is none.
    """
    base, _, code = name.rpartition("_")
    if not base or not is_currency(code.upper()):
        return name, ""
    return base.removesuffix("_in"), code.upper()

"""Kinds of movements by our words, and by those of other programs."""

import re

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

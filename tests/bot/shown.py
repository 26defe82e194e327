"""What is shown, read back: the kinds of blocks, a field of a form, figures to be added up."""

from collections.abc import Iterable

from hypothesis import strategies as st

from bot.message import Block
from bot.style.differences import UNCHANGED
from bot.style.figures import MINUS
from metrics.retention import Retention
from tests.metrics.retentions import retention_of


def kinds(blocks: Iterable[Block] | None) -> list[str]:
    """List the types of blocks."""
    return [block["type"] for block in blocks or ()]


def field(view: Block, name: str) -> Block:
    """Return the element of a form's field."""
    [block] = [block for block in view["blocks"] if block.get("block_id") == name]
    element: Block = block["element"]
    return element


def tenths(shown: str) -> int:
    """Read "−1,234.5%" or "+0.5 pts" as tenths."""
    if shown == UNCHANGED:
        return 0
    digits = shown.removesuffix("%").removesuffix(" pts").replace(",", "").replace(MINUS, "-")
    whole, _, tenth = digits.partition(".")
    assert len(tenth) == 1
    return int(whole + tenth)


@st.composite
def retentions(draw: st.DrawFn, *, largest: int = 10**12) -> Retention:
    """Any base that was paying, in minor units, of which somebody stayed."""
    opening = draw(st.integers(1, largest))
    contraction = draw(st.integers(0, opening - 1))
    churn = draw(st.integers(0, opening - contraction - 1))
    expansion = draw(st.integers(0, 2 * opening))
    parts = {"expansion": expansion, "contraction": contraction, "churn": churn}
    return retention_of(opening, accounts=30, **parts)

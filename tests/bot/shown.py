"""Figures read back from text, as a person reads them who adds them up."""

from hypothesis import strategies as st

from bot.style.differences import UNCHANGED
from bot.style.figures import MINUS
from metrics.retention import Retention


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
    return Retention(
        accounts_opening=30,
        accounts_retained=29 if churn else 30,
        opening=opening,
        expansion=draw(st.integers(0, 2 * opening)),
        contraction=contraction,
        churn=churn,
    )

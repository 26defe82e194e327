from fractions import Fraction

import pytest

from bot.charts.values import Bar, Bars, Caption
from tests.bot.charts.measuring import Measured


def bars(*rows: tuple[str, str | None, str], title: str = "NRR 109.1% by segment") -> Bars:
    """Return rows of a name, a percentage of NRR and its points; the last is the total."""
    return Bars(
        caption=Caption(title=title, subtitle="NRR of each segment"),
        rows=tuple(
            Bar(
                name=name,
                distance=None if nrr is None else Fraction(nrr) / 100 - 1,
                label="" if nrr is None else f"{nrr}%",
                note=note,
                is_total=at == len(rows),
            )
            for at, (name, nrr, note) in enumerate(rows, 1)
        ),
        middle="100%",
        head="points",
    )


DEMO = (
    ("smb", "87.5", "−1.9"),
    ("mid-market", "106.4", "+1.6"),
    ("and 4 more", None, "0.0"),
    ("enterprise", "114.0", "+9.4"),
    ("The whole company", "109.1", "+9.1"),
)
CASES = {
    "demo": DEMO,
    "all-above": (("a", "101.2", "+1.2"), ("whole", "101.2", "+1.2")),
    "all-below": (("a", "11.2", "−88.8"), ("whole", "11.2", "−88.8")),
    "nothing-moved": (("a", "100.0", "0.0"), ("whole", "100.0", "0.0")),
    "long-names": (("W" * 60, "90.0", "−5.0"), ("W" * 60, "110.0", "+5.0"), ("W" * 60, "100", "0")),
    "huge": (("a", "99.9", "−0.1"), ("b", "9999999.9", "+9,999,899.9"), ("all", "500.0", "+400")),
    "eight": tuple((f"{at} segment", f"{90 + 3 * at}.0", "−1.0") for at in range(9)),
}


@pytest.mark.parametrize("rows", CASES.values(), ids=CASES)
def test_no_text_lies_on_another_or_is_cut_off(rows: tuple[tuple[str, str | None, str]]) -> None:
    picture = Measured(bars(*rows))

    assert picture.overlapping == []
    assert picture.cut_off == []


@pytest.mark.parametrize("rows", CASES.values(), ids=CASES)
def test_no_label_lies_on_a_bar(rows: tuple[tuple[str, str | None, str]]) -> None:
    picture = Measured(bars(*rows))

    for bar in picture.bars:
        on_it = [
            text
            for text, box in picture.texts.items()
            if min(bar.x1, box.x1) - max(bar.x0, box.x0) > 1
            and min(bar.y1, box.y1) - max(bar.y0, box.y0) > 1
        ]
        assert on_it == []


def test_bars_go_to_either_side_by_what_they_are_from_100_percent() -> None:
    smb, mid, _, enterprise, whole = Measured(bars(*DEMO)).bars

    assert smb.x1 == pytest.approx(mid.x0)
    assert enterprise.width / mid.width == pytest.approx(14 / 6.4)
    assert smb.width / whole.width == pytest.approx(12.5 / 9.1)


def test_a_bar_that_is_labelled_is_seen() -> None:
    small, *_ = Measured(bars(("a", "99.9", "−0.1"), ("b", "300", "+1"), ("all", "200", "+9"))).bars

    assert Measured(bars(*DEMO)).shown(small.width) >= 6


def test_rows_stand_in_their_order_under_the_head() -> None:
    texts = Measured(bars(*DEMO)).texts

    places = [texts[name].y0 for name in ("points", "smb", "mid-market", "The whole company")]
    assert places == sorted(places, reverse=True)

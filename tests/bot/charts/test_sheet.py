import pytest

from bot.charts.lines import LINE_COLOURS
from bot.charts.sheet import COLOURS, FAINT, INK
from tests.bot.charts.measuring import Measured
from tests.bot.charts.test_waterfall import waterfall

SOURCE = "Closed through Oct 2026 · definitions v2"


def contrast(colour: str) -> float:
    """Return the contrast of a colour with white, as the accessibility guidelines define it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    luminance = sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


@pytest.mark.parametrize("colour", [INK, FAINT])
def test_letters_have_the_contrast_of_text(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("colour", sorted({*LINE_COLOURS, *COLOURS.values()}))
def test_bars_and_lines_have_the_contrast_of_graphics(colour: str) -> None:
    assert contrast(colour) >= 3


def test_a_title_takes_two_lines_at_most() -> None:
    picture = Measured(waterfall(1, -1, -1, title="NRR of a name " * 20))

    assert len([text for text in picture.texts if "NRR of a name" in text]) <= 2
    assert picture.cut_off == []


def test_a_picture_alone_has_its_small_print_and_is_higher_for_it() -> None:
    alone = Measured(waterfall(1, -1, -1, source=SOURCE))
    shown = Measured(waterfall(1, -1, -1))

    assert SOURCE in alone.texts
    assert SOURCE not in shown.texts
    assert alone.figure.bbox.height > shown.figure.bbox.height
    assert alone.overlapping == []
    assert alone.cut_off == []


def test_a_title_is_taken_literally() -> None:
    texts = Measured(waterfall(1, -1, -1, title=r"NRR of $\frac{1}$ and $x$")).texts

    assert r"NRR of $\frac{1}$ and $x$" in texts

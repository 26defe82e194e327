from collections.abc import Callable

import pytest

from bot.message import Block
from bot.style import blocks as b
from bot.style.grid import Grid, LabelledText
from tests.bot.style.heights import DESKTOP, PHONE, height_of

TOLERANCE = 5  # pixels
LONG = (
    "Down 7.6 points on Q2 by losses to a price rise: it brought $20.8k of MRR, and price took"
    " $30.6k again; 111 of 1,527 accounts left with $52.9k of MRR, price and competitors first."
)
TWELVE_MONTHS = "12 months: NRR 90.8%, GRR 83.7%, 2.0 points less GRR than a year ago."
MOVES = "Points of opening MRR: expansion +1.0 · contraction −0.9 · churn −7.6"
HEADLINE = "NRR 100.5% · GRR 99.0% in the 12 months to October 2026 · enterprise · by industry"


def table(rows: int, columns: int, cell: str = "12.3%", first: str = "segment") -> Block:
    header = (first, *(f"Head {number}" for number in range(1, columns)))
    body = tuple((f"{first} {number}", *[cell] * (columns - 1)) for number in range(rows))
    return b.table(Grid(title="", header=header, rows=body, named=True))


def listed(*rows: tuple[str, str]) -> Block:
    return b.bullets(Grid(title="", header=("a", "Head 1"), rows=rows, named=True))


def buttons(count: int, label: str = "Full answer", *, has_menu: bool = False) -> Block:
    menu = b.overflow([("a", "b", "c")] if has_menu else [])
    found = [b.button(f"a{number}", label, "v") for number in range(count)]
    return b.actions([one for one in (*found, menu) if one])


NAMED: Block = {"type": "static_select", "placeholder": {"text": "Snooze"}, "options": []}
MORE = [
    b.button("a", label, "v")
    for label in ("Acknowledge", "Accounts", "Full answer", "Mute this rule")
]
CHART: Block = {"type": "data_visualization", "chart": {"type": "bar"}}
SHARED: Block = {
    "type": "context",
    "elements": [{"type": "mrkdwn", "text": "Shared by <@U0123>"}],
}
PICTURE: Block = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "9 by 20"}
SHORT_ROWS = [(f"segment {number}", "12.3%") for number in range(3)]

MEASURED: dict[str, tuple[list[Block], int, int]] = {
    # blocks, and what a look-alike of Slack's drew on 28 November 2026, on a desktop and a phone
    "title": ([b.header("NRR 92.5% · GRR 91.5%")], 46, 46),
    "long-title": ([b.header(HEADLINE)], 70, 94),
    "longest-title": ([b.header("word " * 30)], 94, 142),
    "named-menu": ([b.actions([NAMED, *filter(None, MORE)])], 98, 98),
    "line": ([b.section("One line.")], 52, 52),
    "three-lines": ([b.section("One line.", "Two lines.", "Three lines.")], 96, 96),
    "paragraph": ([b.section(LONG)], 96, 118),
    "two-paragraphs": ([b.section(LONG, LONG)], 162, 206),
    "two-sections": ([b.section("One."), b.section("Two.")], 82, 82),
    "labelled": (
        [b.paragraphs([LabelledText("Label:", "words"), LabelledText("Other:", LONG)])],
        *(106, 128),
    ),
    "bold": ([b.bold("A title of a table")], 40, 40),
    "small": ([b.context("Closed through Oct 2026 · definitions v2")], 44, 44),
    "three-small": ([b.context("One", "Two", "Three")], 80, 80),
    "long-small": ([b.context(f"{LONG} {LONG}")], 98, 151),
    "row": ([table(1, 4)], 115, 115),
    "two-columns": ([table(2, 2)], 154, 154),
    "three-rows": ([table(3, 4)], 193, 193),
    "seven-rows": ([table(7, 4)], 349, 349),
    "wrapped-cells": (
        [table(3, 4, "expansion +17.8, and more", "a segment with a long name")],
        *(281, 545),
    ),
    "bullets": ([listed(*SHORT_ROWS)], 84, 84),
    "a-button": ([buttons(1)], 62, 62),
    "buttons-and-menu": ([buttons(4, has_menu=True)], 62, 98),
    "long-buttons": ([buttons(5, "A label of thirty characters..")], 134, 206),
    "chart": ([CHART], 409, 297),
    "picture": ([PICTURE], 307, 212),
    "finding": ([b.header("Title"), b.section(LONG), b.context("foot")], 146, 168),
    "table-and-more": ([table(3, 4), b.context("and 2 more")], 219, 219),
    "chart-and-buttons": ([CHART, buttons(3), b.context("foot")], 475, 363),
    "shared": ([SHARED, b.header("NRR 92.5%")], 68, 68),
    "answer": (
        [
            b.header("NRR 92.5% · GRR 91.5% in Q3 2026 · smb"),
            b.section(LONG, TWELVE_MONTHS),
            table(3, 4),
            b.context(MOVES),
            buttons(3, has_menu=True),
            b.context("Closed through Oct 2026 · definitions v2"),
        ],
        *(413, 499),
    ),
}


@pytest.mark.parametrize("name", list(MEASURED))
def test_the_estimate_is_that_of_messages_that_were_drawn(name: str) -> None:
    blocks, desktop, phone = MEASURED[name]

    assert abs(height_of(blocks) - desktop) <= TOLERANCE
    assert abs(height_of(blocks, PHONE) - phone) <= TOLERANCE


@pytest.mark.parametrize(
    "longer",
    [
        lambda blocks: [*blocks, b.section("More.")],
        lambda blocks: [*blocks, PICTURE],
        lambda blocks: [*blocks, buttons(1)],
    ],
    ids=["sentence", "picture", "button"],
)
def test_more_is_higher(longer: Callable[[list[Block]], list[Block]]) -> None:
    blocks, *_ = MEASURED["answer"]

    assert height_of(longer(blocks)) > height_of(blocks)
    assert height_of(longer(blocks), PHONE) > height_of(blocks, PHONE)


def test_of_a_block_that_was_never_drawn_nothing_is_guessed() -> None:
    with pytest.raises(ValueError, match="carousel"):
        height_of([{"type": "carousel"}], DESKTOP)

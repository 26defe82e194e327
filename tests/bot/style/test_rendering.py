import pytest
from rich.console import Console

from bot.message import Block
from bot.style import blocks as pieces
from bot.style.framing import MAX_BLOCKS_JSON, Frame
from bot.style.grid import Grid, LabelledText
from bot.style.parts import (
    Actions,
    Bullets,
    Chart,
    Footer,
    Headline,
    Parts,
    Quiet,
    Said,
    Table,
    with_actions,
)
from bot.style.pictures import with_pictures
from bot.style.rendering import fitting_message, message_of
from bot.style.terminal import print_parts
from tests.bot.shown import kinds
from tests.slack.block_kit import find_errors

SPLIT = Grid(
    title="By segment",
    header=("Segment", "12 months", "Moved by"),
    rows=(("smb", "87.5% (−4.0)", "churn −1.5"),),
    named=True,
)
BARS: Block = {"type": "data_visualization"}
PICTURE: Block = {"type": "image", "alt_text": "churn −7.2"}
BUTTON = pieces.button("nrr_in_full", "Full answer", "full smb") or {}
EVERY: Parts = (
    Headline("NRR 93.1%"),
    Quiet("To date."),
    Said("Down 6.3 points.", None, LabelledText("12 months:", "NRR 87.1%")),
    Table(SPLIT, figures=1),
    Bullets(SPLIT),
    Chart(BARS, "churn −7.2"),
    Actions((BUTTON,), "nrr_answer_v1"),
    Footer("Closed through Oct 2026"),
)


def printed(parts: Parts) -> str:
    console = Console(width=80)
    with console.capture() as capture:
        print_parts(parts, console)
    return capture.get()


def test_slack_shows_every_part_in_its_order() -> None:
    assert kinds(message_of(EVERY).blocks) == [
        *("header", "context", "rich_text", "rich_text", "table", "rich_text", "rich_text"),
        *("data_visualization", "actions", "context"),
    ]


def test_slack_takes_a_table_with_an_empty_cell() -> None:
    grid = Grid(title="Plans", header=("", "growth", "scale"), rows=(("growth", "80.0%", ""),))

    assert find_errors(list(message_of((Table(grid),)).blocks)) == []


def test_plainer_blocks_have_a_list_for_a_table_and_words_for_a_chart() -> None:
    message = message_of(EVERY)

    assert kinds(message.plainer) == [
        *("header", "context", "rich_text", "rich_text", "rich_text", "rich_text", "rich_text"),
        *("context", "actions", "context"),
    ]
    assert find_errors(list(message.plainer or ())) == []
    assert "churn −7.2" in str(message.plainer)


def test_the_text_says_every_part_but_the_buttons() -> None:
    assert message_of(EVERY).text.splitlines() == [
        "NRR 93.1%",
        "To date.",
        "Down 6.3 points.",
        "12 months: NRR 87.1%",
        *("By segment", "smb: 12 months 87.5% (−4.0), Moved by churn −1.5") * 2,
        "churn −7.2",
        "Closed through Oct 2026",
    ]


def test_a_terminal_prints_the_same_words() -> None:
    said = printed(EVERY)

    for words in ("NRR 93.1%", "Down 6.3 points.", "12 months: NRR 87.1%", "churn −1.5", "To date"):
        assert words in said
    assert said.index("NRR 93.1%") < said.index("churn −7.2") < said.index("Closed through")
    assert "Full answer" not in said


@pytest.mark.parametrize(
    "part",
    [
        Said(),
        Said(None),
        Quiet(None),
        Table(Grid(title="t", header=("a",), rows=())),
        Bullets(Grid(title="t", header=("a",), rows=())),
        Chart(None),
        Actions(()),
    ],
    ids=["said", "none-said", "quiet", "table", "listed", "chart", "actions"],
)
def test_a_part_without_content_is_left_out(part: Said) -> None:
    message = message_of((part,))

    assert (message.blocks, message.plainer, message.text) == ((), (), "")
    assert printed((part,)) == ""


def test_a_table_has_its_words_on_the_left_and_its_figures_on_the_right() -> None:
    first, figures, words = pieces.table(SPLIT, figures=1)["column_settings"]

    assert figures == {"align": "right", "is_wrapped": True}
    assert first == words == {"is_wrapped": True}
    assert pieces.table(SPLIT)["column_settings"][2] == figures


def test_an_uploaded_picture_takes_the_place_of_the_chart() -> None:
    for chart in (Chart(BARS, "churn −7.2"), Chart(None, "churn −7.2"), Chart(None)):
        assert message_of((chart,), Frame(picture=PICTURE)).blocks == (PICTURE,)


def test_without_a_chart_or_a_picture_its_words_are_read() -> None:
    [block] = message_of((Chart(None, "churn −7.2"),)).blocks

    assert block == pieces.context("churn −7.2")


def test_a_picture_that_comes_later_goes_above_buttons_and_footer() -> None:
    posted = message_of(with_actions((Headline("NRR"), Footer("Closed")), Actions((BUTTON,))))

    pictured = with_pictures(posted.blocks, [("F1", "a picture")])

    assert kinds(pictured) == ["header", "image", "actions", "context"]
    assert with_pictures(pictured, [("F1", "a picture")]) == pictured


def test_the_longest_composition_that_slack_takes_is_sent() -> None:
    long, short, shorter = (
        (Headline(name), Said(*["x" * 900] * lines))
        for name, lines in (("long", MAX_BLOCKS_JSON // 900), ("short", 2), ("shorter", 1))
    )

    assert fitting_message([long, short, shorter]).text.startswith("short\n")
    assert fitting_message([long]).text.startswith("long\n")  # the last resort


def test_a_menu_holds_five_options_that_slack_takes() -> None:
    longest = 150 - len("a ")

    menu = pieces.overflow([("a", "Fits", "v" * longest), ("a", "Does not", "v" * (longest + 1))])

    assert menu is not None
    assert [option["text"]["text"] for option in menu["options"]] == ["Fits"]
    many = pieces.overflow([("a", str(number), str(number)) for number in range(9)])
    assert many is not None
    assert len(many["options"]) == 5
    assert find_errors([pieces.actions([many])]) == []
    assert pieces.overflow([]) is None


def test_a_button_whose_question_slack_would_cut_is_none() -> None:
    assert pieces.button("a", "Why", "v" * 2_001) is None
    assert pieces.button("a", "Why", "v" * 2_000) is not None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("lost \u2212$1.44k", "lost \u2212\u2060$1.44k"),
        ("won +\u20ac9k", "won +\u2060\u20ac9k"),
        ("90\u2013100%", "90\u2013\u2060100%"),
        ("C++ $1, \u22120.1 pts, 120%+ (guide)", "C++ $1, \u22120.1 pts, 120%+ (guide)"),
    ],
    ids=["a loss", "a gain", "a range", "what does not part"],
)
def test_no_line_of_slack_ends_between_a_sign_and_its_amount_or_within_a_range(
    said: str, shown: str
) -> None:
    message = message_of((Headline(said), Said(said), Said(LabelledText("Lost:", said))))

    title, prose, labelled = message.blocks
    [line] = labelled["elements"]
    texts = title["text"]["text"], prose["text"]["text"], line["elements"][1]["text"]
    assert texts == (shown, shown, f" {shown}")
    assert said in message.text

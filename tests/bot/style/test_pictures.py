from bot.style.blocks import bold, context, header
from bot.style.pictures import PICTURES_ABOVE, UNAVAILABLE, with_pictures, without_pictures
from tests.bot.shown import kinds
from tests.slack.block_kit import find_errors

MESSAGE = (header("NRR 101.5%"), bold("By segment"), context("definition v2"))


def test_pictures_stand_before_the_footer_in_the_order_they_are_given() -> None:
    blocks = with_pictures(MESSAGE, [("F00000001", "the bridge"), ("F00000002", "the lines")])

    assert kinds(blocks) == ["header", "rich_text", "image", "image", "context"]
    assert blocks[2]["slack_file"] == {"id": "F00000001"}
    assert blocks[3]["alt_text"] == "the lines"
    assert find_errors(list(blocks)) == []


def test_without_a_footer_pictures_stand_last() -> None:
    assert kinds(with_pictures(MESSAGE[:2], [("F00000001", "the bridge")])) == [
        *("header", "rich_text", "image")
    ]


def test_pictures_stand_above_the_block_that_says_so() -> None:
    marked = (header("NRR 101.5%"), {"type": "divider", "block_id": PICTURES_ABOVE}, *MESSAGE[1:])
    shown = [("F00000001", "the bridge")]

    blocks = with_pictures(marked, shown)

    assert kinds(blocks) == ["header", "image", "divider", "rich_text", "context"]
    assert with_pictures(without_pictures(blocks), shown) == blocks


def test_placing_pictures_twice_places_them_once() -> None:
    shown = [("F00000001", "the bridge")]

    assert with_pictures(with_pictures(MESSAGE, shown), shown) == with_pictures(MESSAGE, shown)


def test_a_message_says_that_its_chart_is_unavailable_until_there_is_one() -> None:
    without = without_pictures(MESSAGE)

    assert without[2]["elements"][0]["text"] == UNAVAILABLE
    assert find_errors(list(without)) == []
    assert kinds(with_pictures(without, [("F00000001", "the bridge")])) == [
        *("header", "rich_text", "image", "context")
    ]


def test_a_message_without_pictures_is_left_as_it_is() -> None:
    assert with_pictures(MESSAGE, []) == MESSAGE

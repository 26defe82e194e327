"""A pure estimate of how high a message is, in pixels, on a desktop and on a phone.

It was fitted to what a look-alike of Slack's drew of some thirty messages (`MEASURED`); it is not
Slack, whose own heights differ by a few pixels with the font. What is asserted of messages are
limits, and the estimate leans to the high side.
"""

import re
from collections.abc import Iterable, Iterator

from bot.message import Block

DESKTOP, PHONE = 700, 390
BESIDE = {DESKTOP: 160, PHONE: 60}  # pixels: the sender's picture, and room that text leaves
NAME = 18  # the line with the sender's name
PROSE, SMALL, TITLE, CELL = 22, 18, 24, 22  # heights of a line
LETTERS = {PROSE: 15.0, SMALL: 13.0, TITLE: 18.0}  # sizes of their letters
ROW_PADDING, TABLE_MARGIN = 17, 19
CELL_PADDING = 25
SECTION_MARGIN, SMALL_MARGIN, TITLE_MARGIN = 12, 7, 4
BUTTONS, BUTTON_ROW, BUTTON_PADDING, BUTTON_GAP, MENU = 44, 36, 18, 8, 28
NAMED_MENU = 190
CHART = {DESKTOP: 391, PHONE: 279}
SCREEN_OF_A_PHONE = 390  # pixels beside the sender's picture
PICTURE_TITLE = 46
PICTURE_SHAPE = 0.45  # of an uploaded picture, height to width
SCREEN = {DESKTOP: 540, PHONE: 330}  # pixels that a picture is wide

# Widths of letters as parts of their height, as in Arial and its like.
_NARROW = "ijl'|"
_SLIM = " !,./:;I[]ft·r()-"
_WIDE = "mwMW%@—"
_CAPITAL = "ABCDEFGHKLNOPQRSTUVXYZ&"


def height_of(blocks: Iterable[Block], width: int = DESKTOP) -> int:
    """Estimate the height of a message's blocks, in pixels.

    Parameters
    ----------
    width : int
        `DESKTOP` or `PHONE`.
    """
    return NAME + sum(_height(block, width) for block in blocks)


def widest_table(blocks: Iterable[Block]) -> float:
    """Estimate the least width of the widest table, in pixels: its longest words side by side."""
    return max((_least_width(one) for one in blocks if one["type"] == "table"), default=0)


def _least_width(block: Block) -> float:
    columns = zip(*[[cell.get("text", "") for cell in row] for row in block["rows"]], strict=True)
    return sum(CELL_PADDING + _least(column) for column in columns)


def _least(column: Iterable[str]) -> float:
    return max(_cell_width(word) for cell in column for word in re.split("[ -]", cell))


def _height(block: Block, width: int) -> int:
    if (estimate := _ESTIMATES.get(block["type"])) is None:
        raise ValueError(f"the height of {block['type']} is not known")
    return estimate(block, width)


def _header(block: Block, width: int) -> int:
    return TITLE_MARGIN + TITLE * _lines(block["text"]["text"], TITLE, width, bold=True)


def _section(block: Block, width: int) -> int:
    return SECTION_MARGIN + PROSE * _lines(block["text"]["text"], PROSE, width)


def _context(block: Block, width: int) -> int:
    texts = [element.get("text", "") for element in block["elements"]]
    return SMALL_MARGIN + SMALL * _lines(" ".join(texts), SMALL, width)


def _rich_text(block: Block, width: int) -> int:
    return sum(_rich(element, width) for element in block["elements"])


def _actions(block: Block, width: int) -> int:
    return BUTTONS + BUTTON_ROW * (_button_rows(block["elements"], width) - 1)


def _chart(_: Block, width: int) -> int:
    return CHART[width]


def _picture(_: Block, width: int) -> int:
    return PICTURE_TITLE + int(PICTURE_SHAPE * SCREEN[width])


def _lines(text: str, line: int, width: int, *, bold: bool = False, indent: int = 0) -> int:
    room = (width - BESIDE[width] - indent) / LETTERS[line]
    return sum(_wrapped(paragraph, room, 1.06 if bold else 1.0) for paragraph in text.split("\n"))


def _wrapped(paragraph: str, room: float, weight: float) -> int:
    lines, used = 1, 0.0
    for word in paragraph.split(" "):
        size = _width(word) * weight
        if used and used + 0.28 + size > room:
            lines, used = lines + 1, size
        else:
            used += (0.28 if used else 0) + size
        while used > room:  # a word that is longer than a line
            lines, used = lines + 1, used - room
    return lines


def _width(text: str) -> float:
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.22
    if letter in _SLIM:
        return 0.29
    if letter in _WIDE:
        return 0.88
    return 0.69 if letter in _CAPITAL else 0.556


def _rich(element: Block, width: int) -> int:
    if element["type"] == "rich_text_list":
        return sum(
            PROSE * _lines(_said(one), PROSE, width, indent=28) for one in element["elements"]
        )
    return PROSE * _lines(_said(element), PROSE, width)


def _said(section: Block) -> str:
    return "".join(
        text.get("text") or f"@{text.get('user_id') or text['channel_id']}"
        for text in section["elements"]
    )


def _table(block: Block, width: int) -> int:
    texts = [[cell.get("text", "") for cell in row] for row in block["rows"]]
    columns = list(zip(*texts, strict=True))
    widest = [max(map(_cell_width, column)) for column in columns]
    least = [_least(column) for column in columns]
    # As browsers do: what is left of the room after the longest words goes to who needs it.
    room = width - BESIDE[width] - CELL_PADDING * len(columns) - sum(least)
    wanted = sum(widest) - sum(least)
    share = min(1.0, max(0.0, room) / wanted) if wanted else 1.0
    widths = [low + share * (high - low) for low, high in zip(least, widest, strict=True)]
    return TABLE_MARGIN + sum(ROW_PADDING + CELL * max(_cell_lines(row, widths)) for row in texts)


def _cell_width(text: str) -> float:
    return _width(text) * LETTERS[CELL]


def _cell_lines(row: list[str], widths: list[float]) -> Iterator[int]:
    for cell, wide in zip(row, widths, strict=True):
        yield _wrapped(cell, wide / LETTERS[CELL] + 0.1, 1.0)


def _button_rows(elements: list[Block], width: int) -> int:
    rows, used, room = 1, 0.0, width - BESIDE[width] + 20
    for element in elements:
        label = element.get("text", {}).get("text", "")
        menu = NAMED_MENU if "placeholder" in element else MENU
        size = _width(label) * 13 * 1.06 + BUTTON_PADDING if label else float(menu)
        if used and used + BUTTON_GAP + size > room:
            rows, used = rows + 1, size
        else:
            used += (BUTTON_GAP if used else 0) + size
    return rows


_ESTIMATES = {
    "header": _header,
    "section": _section,
    "context": _context,
    "rich_text": _rich_text,
    "table": _table,
    "actions": _actions,
    "data_visualization": _chart,
    "image": _picture,
}

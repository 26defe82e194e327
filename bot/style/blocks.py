"""Block Kit pieces that show text as it is: no markup, emoji codes, links or pings."""

import re
from collections.abc import Iterable, Sequence

from bot.message import Block
from bot.style.grid import Grid, LabelledText, SlackChannel, SlackPerson, WithPeople
from bot.style.names import shortened

MAX_HEADER = 150  # Slack's limits: it refuses a longer text, and with it the whole message
MAX_SECTION = 3_000
MAX_LABEL = 30  # of a button: Slack takes 75 and shows about 30 of them
MAX_VALUE = 2_000  # of a button: a cut value would mean something else
MAX_OPTIONS, MAX_OPTION_VALUE = 5, 150  # of a menu behind three dots

_WORD_JOINER, _BLANK = "\u2060", "\u00a0"  # Slack refuses a table with an empty cell
# Lines of Slack break behind the dash of a range, and between a sign and a currency's.
_NO_BREAK = re.compile(r"(?<=[+\u2212])(?=[$\u00a2-\u00a5\u20a0-\u20cf])|(?<=\d\u2013)(?=\d)")

MORE = "nrr_more"
"""The action id of a menu whose options act like buttons of their own: see `overflow`."""


def header(text: str) -> Block:
    """Make a message's title."""
    return {"type": "header", "text": _fitting(text, MAX_HEADER)}


def section(*lines: str) -> Block:
    """Make a paragraph."""
    return {"type": "section", "text": _fitting("\n".join(lines), MAX_SECTION)}


def context(*lines: str) -> Block:
    """Make small grey print."""
    return {
        "type": "context",
        "elements": [plain(shortened(_unbroken("\n".join(lines)), MAX_SECTION))],
    }


def plain(text: str) -> Block:
    """Make a text object that formats nothing."""
    return {"type": "plain_text", "text": text, "emoji": False}  # else ``:x:`` in a name is drawn


def bold(text: str) -> Block:
    """Make a line in bold, as a block of its own."""
    return _rich(_line(_text(text, bold=True)))


def labelled(first: LabelledText, *others: LabelledText) -> Block:
    """Make lines that begin with their label in bold."""
    below = (LabelledText(f"\n{line.label}", line.words) for line in others)
    texts = [text for line in (first, *below) for text in _label_and_words(line)]
    return _rich(_line(*texts))


def paragraphs(lines: Iterable[str | LabelledText | WithPeople]) -> Block:
    """Make lines of prose, the labels of those that have one in bold, people by their names."""
    texts: list[Block] = []
    for line in lines:
        start = "\n" if texts else ""
        if isinstance(line, LabelledText):
            texts += _label_and_words(LabelledText(f"{start}{line.label}", line.words))
        elif isinstance(line, WithPeople):
            texts += [_text(f"{start}{line.label}", bold=True), _text(" ")]
            texts += map(_piece, line.pieces)
        else:
            texts.append(_text(f"{start}{line}"))
    return _rich(_line(*texts))


def actions(elements: Sequence[Block], *, block_id: str | None = None) -> Block:
    """Make a row of buttons and menus."""
    named = {} if block_id is None else {"block_id": block_id}
    return {"type": "actions", **named, "elements": list(elements)}


def button(action_id: str, label: str, value: str) -> Block | None:
    """Make a button; None where its value is too long for Slack."""
    if len(value) > MAX_VALUE:
        return None
    text = plain(shortened(label, MAX_LABEL))
    return {"type": "button", "action_id": action_id, "text": text, "value": value}


def overflow(options: Iterable[tuple[str, str, str]]) -> Block | None:
    """Make the menu behind three dots; None where nothing is left to choose.

    Parameters
    ----------
    options : iterable of (action_id, label, value)
        Each is handled as a click on a button of that action id with that value. One that is too
        long for Slack is left out, and so are those after the fifth.
    """
    fitting = [
        {"text": plain(shortened(label, MAX_LABEL)), "value": f"{action_id} {value}"}
        for action_id, label, value in options
        if is_option(action_id, label, value)
    ]
    if not fitting:
        return None
    return {"type": "overflow", "action_id": MORE, "options": fitting[:MAX_OPTIONS]}


def is_option(action_id: str, _label: str, value: str) -> bool:
    """Tell whether Slack takes an option of `overflow`."""
    return len(f"{action_id} {value}") <= MAX_OPTION_VALUE


def table(grid: Grid, *, figures: int | None = None) -> Block:
    """Make a table of a grid: words on the left, figures on the right.

    ``figures`` counts the columns of figures after the first column; by default all are.
    """
    words = {"is_wrapped": True}  # else a phone shows the first columns only
    right = {"align": "right", **words}
    others = len(grid.header) - 1
    count = others if figures is None else figures
    return {
        "type": "table",
        "column_settings": [words, *[right] * count, *[words] * (others - count)],
        "rows": [
            [{"type": "raw_text", "text": cell or _BLANK} for cell in row]  # names stay as they are
            for row in (grid.header, *grid.rows)
        ],
    }


def bullets(grid: Grid) -> Block:
    """Make a list of a grid: the first cell of a row in bold, then its other cells."""
    items = [_line(*_label_and_words(line)) for line in grid.lines()]
    return _rich({"type": "rich_text_list", "style": "bullet", "elements": items})


def _fitting(text: str, longest: int) -> Block:
    return plain(shortened(_unbroken(text), longest))


def _unbroken(text: str) -> str:
    return _NO_BREAK.sub(_WORD_JOINER, text)


def _label_and_words(line: LabelledText) -> tuple[Block, Block]:
    return _text(line.label, bold=True), _text(f" {line.words}")


def _text(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": _unbroken(text), **({"style": {"bold": True}} if bold else {})}


def _piece(piece: str | SlackPerson | SlackChannel) -> Block:
    if isinstance(piece, SlackChannel):
        return {"type": "channel", "channel_id": piece.slack_id}
    if isinstance(piece, SlackPerson):
        return {"type": "user", "user_id": piece.slack_id}
    return _text(piece)


def _rich(element: Block) -> Block:
    return {"type": "rich_text", "elements": [element]}


def _line(*texts: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(texts)}

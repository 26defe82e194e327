"""Block Kit pieces that show text as it is: no markup, no emoji codes, no links, no pings."""

from bot.message import Block
from bot.style.grid import Grid
from bot.style.lines import Line
from bot.style.names import shortened

MAX_HEADER = 150
MAX_SECTION = 3_000


def header(text: str) -> Block:
    """Return a message's title."""
    return {"type": "header", "text": plain(shortened(text, MAX_HEADER))}


def section(*lines: str) -> Block:
    """Return a paragraph."""
    return {"type": "section", "text": plain(shortened("\n".join(lines), MAX_SECTION))}


def context(*lines: str) -> Block:
    """Return small grey print."""
    return {"type": "context", "elements": [plain(shortened("\n".join(lines), MAX_SECTION))]}


def plain(text: str) -> Block:
    """Return a text object that formats nothing."""
    return {"type": "plain_text", "text": text, "emoji": False}


def bold(text: str) -> Block:
    """Return a line in bold, as a block of its own."""
    return _rich(_line(_text(text, bold=True)))


def labelled(first: Line, *others: Line) -> Block:
    """Return lines that begin with what they are about, in bold."""
    below = (Line(f"\n{line.label}", line.words) for line in others)
    texts = [text for line in (first, *below) for text in _label_and_words(line)]
    return _rich(_line(*texts))


def table(grid: Grid) -> Block:
    """Return a grid as a table: what a row is about on the left, figures on the right."""
    right = {"align": "right"}
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, *(right for _ in grid.header[1:])],
        "rows": [
            [{"type": "raw_text", "text": cell} for cell in row]
            for row in (grid.header, *grid.rows)
        ],
    }


def bullets(grid: Grid) -> Block:
    """Return a grid as a list: what a row is about in bold, then its other cells."""
    items = [_line(*_label_and_words(line)) for line in grid.lines()]
    return _rich({"type": "rich_text_list", "style": "bullet", "elements": items})


def _label_and_words(line: Line) -> tuple[Block, Block]:
    return _text(line.label, bold=True), _text(f" {line.words}")


def _text(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text, **({"style": {"bold": True}} if bold else {})}


def _rich(element: Block) -> Block:
    return {"type": "rich_text", "elements": [element]}


def _line(*texts: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(texts)}

"""Parts of a message as Slack's blocks and text."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from bot.message import Block, Message
from bot.style import blocks
from bot.style.blocks import MAX_SECTION
from bot.style.framing import Frame, first_fitting, spoken
from bot.style.grid import Grid
from bot.style.parts import (
    Actions,
    Bullets,
    Chart,
    Footer,
    Headline,
    Item,
    Line,
    Part,
    Parts,
    Quiet,
    Said,
    Table,
)

_BARE = Frame()


def message_of(parts: Parts, frame: Frame = _BARE) -> Message:
    r"""Lay the parts of a message out as Slack's blocks, and as its text with every figure.

    Tables become lists, and charts their words, in the plainer blocks for a Slack that knows
    neither.

    Examples
    --------
    >>> message_of((Headline("NRR 93.1%"), Footer("Closed through Oct 2026"))).text
    'NRR 93.1%\nClosed through Oct 2026'
    """
    drawn = [block for part in parts for block in _blocks(part, frame)]
    plainer = [block for part in parts for block in _plainer(part)]
    return Message(
        text=spoken((str(line) for part in parts for line in _spoken(part)), frame),
        blocks=(*frame.before, *drawn),
        plainer=(*frame.before, *plainer),
    )


def fitting_message(compositions: Iterable[Parts], frame: Frame = _BARE) -> Message:
    """Lay out the first composition that Slack takes, else the last: the longest stands first."""
    return first_fitting(message_of(parts, frame) for parts in compositions)


def _blocks(part: Part, frame: Frame) -> Iterator[Block]:
    match part:
        case Table(grid) if grid.rows:
            yield from _titled(grid, blocks.table(grid, figures=part.columns_of_figures))
        case Chart(native) if chart := frame.picture or native:
            yield chart
        case _:
            yield from _plainer(part)


def _plainer(part: Part) -> Iterator[Block]:
    match part:
        case Headline(text):
            yield blocks.header(text)
        case Said(lines) if lines:
            yield _prose(lines)
        case Quiet(lines) if lines:
            yield blocks.context(*map(str, lines))
        case Table(grid) | Bullets(grid) if grid.rows:
            yield from _titled(grid, _listed(part))
        case Item(text, button):
            yield {**blocks.section(text), "accessory": button}
        case Chart(_, words) if words:
            yield blocks.context(str(words))
        case Actions(elements, block_id) if elements:
            yield blocks.actions(elements, block_id=block_id)
        case Footer(text):
            yield blocks.context(text)
        case Said() | Quiet() | Table() | Bullets() | Chart() | Actions():
            return
        case never:
            assert_never(never)


def _spoken(part: Part) -> Iterator[Line]:
    match part:
        case Headline(text) | Footer(text) | Item(text):
            yield text
        case Said(lines) | Quiet(lines):
            yield from lines
        case Table(grid) | Bullets(grid) if grid.rows:
            yield from filter(None, (grid.title, *grid.lines()))
        case Chart(_, words) if words:
            yield words
        case Table() | Bullets() | Chart() | Actions():
            return
        case never:
            assert_never(never)


def _listed(part: Table | Bullets) -> Block:
    lines = tuple(map(str, part.grid.lines()))
    # what is cut short there would be lost
    if isinstance(part, Bullets) and part.is_small and len("\n".join(lines)) <= MAX_SECTION:
        return blocks.context(*lines)
    return blocks.bullets(part.grid)


def _prose(lines: tuple[Line, ...]) -> Block:
    if any(not isinstance(line, str) for line in lines):
        return blocks.paragraphs(lines)
    return blocks.section(*map(str, lines))


def _titled(grid: Grid, below: Block) -> Iterator[Block]:
    if grid.title:
        yield blocks.bold(grid.title)
    yield below

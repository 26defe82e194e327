"""The parts that every message is composed of; Slack, thread and terminal only lay them out.

A message is a tuple of parts in the order of reading: `Quiet` (a note or a warning), `Headline`,
`Said` (the finding), `Table`, `Chart`, `Actions`, `Footer`. Parts without content are left out.

Examples
--------
>>> parts = (
...     Headline("NRR 93.1% · GRR 92.2% in Q3 2026 · smb"),
...     Said("Down 6.3 points on Q2.", None),  # what does not apply is None
...     Footer("Closed through Oct 2026 · definitions v2"),
... )
>>> parts[1].lines
('Down 6.3 points on Q2.',)
"""

from dataclasses import dataclass

from bot.message import Block
from bot.style.grid import Grid, LabelledText, WithPeople

Line = str | LabelledText | WithPeople


@dataclass(frozen=True, slots=True)
class Headline:
    """The number and its verdict, in one line."""

    text: str


@dataclass(frozen=True, slots=True, init=False)
class _Lines:
    lines: tuple[Line, ...]

    def __init__(self, *lines: Line | None) -> None:
        object.__setattr__(self, "lines", tuple(line for line in lines if line is not None))


class Said(_Lines):
    """Sentences in plain ink, a line each."""

    __slots__ = ()


class Quiet(_Lines):
    """Small grey print: a note, a warning, what is left out."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its title, if it has one, stands above it.

    ``figures`` counts the columns of figures after the first column; the last ones are words then.
    """

    grid: Grid
    figures: int | None = None

    @property
    def columns_of_figures(self) -> int:
        """The number of columns after the first that are set as figures."""
        return len(self.grid.header) - 1 if self.figures is None else self.figures


@dataclass(frozen=True, slots=True)
class Bullets:
    """Rows of a grid as bullets: the first cell in bold, then the others; or in small print.

    ``figures`` counts columns as in a table, which a terminal prints.
    """

    grid: Grid
    is_small: bool = False
    figures: int = 0

    @property
    def columns_of_figures(self) -> int:
        """The number of columns after the first that are set as figures."""
        return self.figures


@dataclass(frozen=True, slots=True)
class Item:
    """A line with a button beside it: one of several things that can be opened or pressed."""

    text: str
    button: Block


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that Slack draws itself, and what it shows in words, for where it is not drawn.

    An uploaded picture, as of a shared answer, takes its place.
    """

    native: Block | None
    words: Line | None = None


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons and the menu after them, the likely one first; five at most are shown."""

    elements: tuple[Block, ...]
    block_id: str | None = None


@dataclass(frozen=True, slots=True)
class Footer:
    """The one quiet line at the end."""

    text: str


Part = Headline | Said | Table | Bullets | Item | Chart | Quiet | Actions | Footer
Parts = tuple[Part, ...]


def with_actions(parts: Parts, actions: Actions) -> Parts:
    """Put buttons into a message, above its footer."""
    return (*parts[:-1], actions, *parts[-1:])

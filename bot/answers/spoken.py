"""An answer as a message's text: all that the blocks say, for screen readers and notifications."""

from collections.abc import Iterator

from bot.answers.answer import Answer
from bot.answers.wording.rows import FULL, Detail, activity_grid, breakdown_grid, part_grid
from bot.answers.wording.sentences import headline, identity, lead, notes, partial_note, sentence
from bot.style.grid import Grid
from bot.style.lines import footer
from bot.style.names import escaped


def spoken(answer: Answer, detail: Detail = FULL, *, first_line: str = "") -> str:
    """Return every figure of the message, line by line.

    ``first_line`` is mrkdwn of ours and kept as it is; all else is escaped.
    """
    lines = [headline(answer), *map(str, lead(answer)), partial_note(answer), sentence(answer)]
    lines += [*(identity(answer) or ()), *notes(answer)]
    for grid in (part_grid(answer), breakdown_grid(answer, detail), activity_grid(answer, detail)):
        lines += _lines(grid) if grid else ()
    said = escaped("\n".join(line for line in (*lines, footer(answer)) if line))
    return f"{first_line}\n{said}" if first_line else said


def _lines(grid: Grid) -> Iterator[str]:
    yield grid.title
    yield from map(str, grid.lines())

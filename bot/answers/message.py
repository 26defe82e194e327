"""An answer as a Slack message: headline, terms of NRR, breakdown, activity and footer."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.answers.answer import Answer
from bot.answers.native_chart import change_chart
from bot.answers.wording.rows import FULL, AnswerDetail, activity_grid, breakdown_grid, terms_grid
from bot.answers.wording.sentences import headline, identity, lead, notes, partial_note, sentence
from bot.message import Block, Message
from bot.questions.buttons import PREVIOUS_PERIOD, FollowUp, split_by
from bot.style.blocks import bold, bullets, context, header, labelled, section, table
from bot.style.framing import Frame, first_fitting, spoken
from bot.style.grid import Grid
from bot.style.grounds import footer
from metrics.periods import previous

DETAILS = (
    *(FULL, AnswerDetail(slices=8, drivers=2), AnswerDetail(slices=4, drivers=1)),
    AnswerDetail(slices=0, drivers=0),
)
"""Lengths of the long lists, the longest first: the first message that Slack takes is sent."""


def follow_ups(answer: Answer, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after an answer: the period before, and a split."""
    question = answer.question
    before = replace(question, period=previous(question.period))
    found = [FollowUp(PREVIOUS_PERIOD, "Previous period", before)]
    # Not offered if it is shown, nor if it was asked for in vain.
    if main_dimension not in {question.dimension, *(part.dimension for part in answer.breakdown)}:
        found.append(split_by(question, main_dimension))
    return found


def answer_message(answer: Answer, frame: Frame) -> Message:
    """Lay an answer out in a frame, with as much of its long lists as Slack takes."""
    return first_fitting(_message(answer, frame, detail) for detail in DETAILS)


def _message(answer: Answer, frame: Frame, detail: AnswerDetail) -> Message:
    opening = (*frame.before, *_finding(answer), table(terms_grid(answer)), *_small_print(answer))
    closing = (*_activity(answer, detail), context(footer(answer.grounds)), *frame.after)
    picture = frame.picture or change_chart(answer)  # Slack draws its own where none is uploaded
    return Message(
        text=spoken(_spoken(answer, detail), frame),
        blocks=(
            *opening,
            *((picture,) if picture else ()),
            *_breakdown(answer, detail, table),
            *closing,
        ),
        plainer=(*opening, *_breakdown(answer, detail, bullets), *closing),
    )


def _finding(answer: Answer) -> tuple[Block, ...]:
    note = partial_note(answer)
    warning = (context(note),) if note else ()
    stand_in = (section(answer.question.note),) if answer.question.note else ()
    return (
        *stand_in,
        header(headline(answer)),
        labelled(*lead(answer)),
        *warning,
        section(sentence(answer)),
    )


def _small_print(answer: Answer) -> tuple[Block, ...]:
    lines = (*(identity(answer) or ()), *notes(answer))
    return (context(*lines),) if lines else ()


def _breakdown(
    answer: Answer, detail: AnswerDetail, laid_out: Callable[[Grid], Block]
) -> tuple[Block, ...]:
    grid = breakdown_grid(answer, detail)
    return (bold(grid.title), laid_out(grid)) if grid else ()


def _activity(answer: Answer, detail: AnswerDetail) -> tuple[Block, ...]:
    grid = activity_grid(answer, detail)
    return (bold(grid.title), bullets(grid)) if grid else ()


def _spoken(answer: Answer, detail: AnswerDetail) -> Iterator[str | None]:
    yield answer.question.note
    yield headline(answer)
    yield from map(str, lead(answer))
    yield from (partial_note(answer), sentence(answer))
    yield from (*(identity(answer) or ()), *notes(answer))
    for grid in (terms_grid(answer), breakdown_grid(answer, detail), activity_grid(answer, detail)):
        if grid:
            yield from (grid.title, *map(str, grid.lines()))
    yield footer(answer.grounds)

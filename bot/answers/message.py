"""An answer as a Slack message: headline, terms of NRR, breakdown, activity and footer."""

from collections.abc import Callable

from bot.answers.answer import Answer
from bot.answers.buttons import answer_buttons, before, is_split_by
from bot.answers.native_chart import change_chart
from bot.answers.wording.pictures import bridge_alt_text
from bot.answers.wording.rows import FULL, AnswerDetail, activity_grid, breakdown_grid, part_grid
from bot.answers.wording.sentences import headline, identity, lead, notes, partial_note, sentence
from bot.message import Block, Message
from bot.questions.buttons import ask_next, split
from bot.style.blocks import bold, bullets, context, header, labelled, section, table
from bot.style.framing import Frame, first_fitting, private_frame, public_frame
from bot.style.grid import Grid
from bot.style.grounds import footer
from bot.style.names import escaped

DETAILS = (
    *(FULL, AnswerDetail(slices=8, drivers=2), AnswerDetail(slices=4, drivers=1)),
    AnswerDetail(slices=0, drivers=0),
)
"""Lengths of the long lists, the longest first: the first message that Slack takes is sent."""


def answer_message(answer: Answer, *, can_share: bool, main_dimension: str) -> Message:
    """Lay an answer out for the person who asked, with buttons to go deeper."""
    buttons = answer_buttons(answer, can_share=can_share, main_dimension=main_dimension)
    return _fitting(answer, private_frame(buttons))


def shared_message(
    answer: Answer, *, shared_by: str, file_id: str | None, main_dimension: str
) -> Message:
    """Lay an answer out for a channel: who shared it, a picture, and follow-up questions.

    Parameters
    ----------
    shared_by : str
        A Slack user's id; anything else is left out.
    file_id : str or None
        The uploaded bridge; without one Slack draws its own chart.
    """
    questions = [before(answer.question)]
    if not is_split_by(answer, main_dimension):
        questions.append(split(answer.question, main_dimension))
    frame = public_frame(
        shared_by=shared_by,
        file_id=file_id,
        alt_text=bridge_alt_text(answer),
        after=context(ask_next(questions)),
    )
    return _fitting(answer, frame)


def _fitting(answer: Answer, frame: Frame) -> Message:
    return first_fitting(_message(answer, frame, detail) for detail in DETAILS)


def _message(answer: Answer, frame: Frame, detail: AnswerDetail) -> Message:
    opening = (*frame.before, *_finding(answer), table(part_grid(answer)), *_small_print(answer))
    closing = (*_activity(answer, detail), context(footer(answer.grounds)), *frame.after)
    picture = frame.picture or change_chart(answer)  # Slack draws its own where none is uploaded
    return Message(
        text=_spoken(answer, detail, first_line=frame.first_line),
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
    return (header(headline(answer)), labelled(*lead(answer)), *warning, section(sentence(answer)))


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


def _spoken(answer: Answer, detail: AnswerDetail, *, first_line: str) -> str:
    """Say every figure of the message line by line, for screen readers and notifications."""
    lines = [headline(answer), *map(str, lead(answer)), partial_note(answer), sentence(answer)]
    lines += [*(identity(answer) or ()), *notes(answer)]
    for grid in (part_grid(answer), breakdown_grid(answer, detail), activity_grid(answer, detail)):
        lines += (grid.title, *map(str, grid.lines())) if grid else ()
    said = escaped("\n".join(line for line in (*lines, footer(answer.grounds)) if line))
    # ``first_line`` mentions a person in mrkdwn of ours: escaping would show it as it is written.
    return f"{first_line}\n{said}" if first_line else said

"""An answer as a Slack message: what was asked and found, its parts, and what it rests on."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.answers import Answer
from bot.blocks.buttons import answer_buttons, before, is_split_by, split
from bot.blocks.elements import bold, bullets, context, header, labelled, section, table
from bot.blocks.native_chart import change_chart
from bot.blocks.spoken import spoken
from bot.message import Block, Message
from bot.questions import canonical_text
from bot.wording.pictures import bridge_alt_text
from bot.wording.rows import FULL, Detail, Grid, activity_grid, breakdown_grid, part_grid
from bot.wording.sentences import footer, headline, identity, lead, notes, partial_note, sentence

MAX_TEXT = 4_000
"""Of the message's text; Slack recommends it, and every figure has to be in it."""

MAX_BLOCKS_JSON = 10_000
"""Slack refuses some 13,200 characters and does not document it (bolt-js issue 2509)."""

LEAST = Detail(slices=0, drivers=0)
DETAILS = (FULL, Detail(slices=8, drivers=2), Detail(slices=4, drivers=1))
"""How much of the long lists to show, the most first; the first that fits is taken, else LEAST."""

_USER_ID = re.compile(r"[UW][A-Z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the same answer is set in: privately with buttons, publicly with who shared it."""

    before: tuple[Block, ...] = ()
    picture: Block | None = None
    after: tuple[Block, ...] = ()
    first_line: str = ""


def answer_message(answer: Answer, *, can_share: bool, main_dimension: str) -> Message:
    """Return the answer for the person who asked, with buttons to go deeper."""
    buttons = answer_buttons(answer, can_share=can_share, main_dimension=main_dimension)
    after = (buttons,) if buttons["elements"] else ()
    return _fitting(answer, Frame(picture=change_chart(answer), after=after))


def shared_message(
    answer: Answer, *, shared_by: str, file_id: str | None, main_dimension: str
) -> Message:
    """Return the answer for a channel: who shared it, a picture, and what to ask next.

    Parameters
    ----------
    shared_by : str
        A Slack user's id; anything else is left out.
    file_id : str or None
        The uploaded bridge; without one Slack draws its own chart.
    """
    by = f"Shared by <@{shared_by}>" if _USER_ID.fullmatch(shared_by) else ""
    said: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": by}]}
    frame = Frame(
        before=(said,) if by else (),
        picture=_bridge(answer, file_id) if file_id else change_chart(answer),
        after=(context(_ask_next(answer, main_dimension)),),
        first_line=by,
    )
    return _fitting(answer, frame)


def _fitting(answer: Answer, frame: Frame) -> Message:
    """Return the message with the most detail that Slack takes."""
    for detail in DETAILS:
        message = _message(answer, frame, detail)
        if _fits(message):
            return message
    return _message(answer, frame, LEAST)


def _fits(message: Message) -> bool:
    sizes = (
        len(json.dumps(blocks, ensure_ascii=False)) for blocks in (message.blocks, message.plainer)
    )
    return len(message.text) <= MAX_TEXT and max(sizes) <= MAX_BLOCKS_JSON


def _message(answer: Answer, frame: Frame, detail: Detail) -> Message:
    opening = (*frame.before, *_finding(answer), table(part_grid(answer)), *_small_print(answer))
    closing = (*_activity(answer, detail), context(footer(answer)), *frame.after)
    picture = (frame.picture,) if frame.picture else ()
    return Message(
        text=spoken(answer, detail, first_line=frame.first_line),
        blocks=(*opening, *picture, *_breakdown(answer, detail, table), *closing),
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
    answer: Answer, detail: Detail, laid_out: Callable[[Grid], Block]
) -> tuple[Block, ...]:
    grid = breakdown_grid(answer, detail)
    return (bold(grid.title), laid_out(grid)) if grid else ()


def _activity(answer: Answer, detail: Detail) -> tuple[Block, ...]:
    grid = activity_grid(answer, detail)
    return (bold(grid.title), bullets(grid)) if grid else ()


def _bridge(answer: Answer, file_id: str) -> Block:
    picture = {"slack_file": {"id": file_id}, "alt_text": bridge_alt_text(answer)}
    return {"type": "image", **picture}


def _ask_next(answer: Answer, main_dimension: str) -> str:
    """Return the questions that the buttons of a private answer would ask."""
    questions = [before(answer.question)]
    if not is_split_by(answer, main_dimension):
        questions.append(split(answer.question, main_dimension))
    return "Ask next: " + ", ".join(f"“{canonical_text(question)}”" for question in questions)

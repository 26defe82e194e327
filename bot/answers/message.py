"""An answer as parts: the finding first, then the split, what moved it, and what to ask next."""

from collections.abc import Iterator

from bot.answers.answer import Answer
from bot.answers.native_chart import change_chart, change_words
from bot.answers.wording.findings import finding_lines
from bot.answers.wording.rows import (
    FULL,
    AnswerDetail,
    activity_grid,
    breakdown_grid,
    components_grid,
    outside_line,
    terms_grid,
)
from bot.answers.wording.sentences import (
    asked_line,
    cautions,
    headline,
    identity,
    level_lines,
    notes,
    partial_note,
    second_level,
)
from bot.answers.wording.split import split_parts
from bot.benchmarks.wording import goals_line
from bot.confidence.wording import account_grid, sureness_lines
from bot.questions.buttons import FollowUp, accounts_of, full_answer, split_by, why
from bot.questions.question import View
from bot.style.grounds import footer, provenance, warnings
from bot.style.parts import Bullets, Chart, Footer, Headline, Parts, Quiet, Said, Table
from metrics.moved import news_of

DETAILS = (
    *(FULL, AnswerDetail(slices=8, drivers=2), AnswerDetail(slices=4, drivers=1)),
    AnswerDetail(slices=0, drivers=0),
)
"""Lengths of the long lists, the longest first: the first message that Slack takes is sent."""
LONG = AnswerDetail(slices=50, drivers=99, components=True)


def follow_ups(answer: Answer, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after an answer, as buttons in this order."""
    question, previous = answer.question, answer.comparisons.previous
    news = news_of(answer.retention, previous.retention if previous else None)
    shown = {question.dimension, *(part.dimension for part in answer.breakdown)}
    return [
        why(question),
        accounts_of(question, news),
        # Not offered if it is shown, nor if it was asked for in vain.
        *([split_by(question, main_dimension)] if main_dimension not in shown else []),
        *([full_answer(question)] if question.view is not View.FULL else []),
    ]


def answer_compositions(answer: Answer, *, is_pictured: bool = False) -> Iterator[Parts]:
    """Compose an answer as its question asks for it, with less and less of long lists."""
    if answer.question.view is View.FULL:
        yield from (full_parts(answer, detail) for detail in DETAILS)
    else:
        yield answer_parts(answer, is_pictured=is_pictured)


def printed_answer(answer: Answer) -> Parts:
    """Compose an answer for a terminal, which scrolls: a message has a limit."""
    is_full = answer.question.view is View.FULL
    return full_parts(answer, LONG) if is_full else answer_parts(answer)


def answer_parts(answer: Answer, *, is_pictured: bool = False) -> Parts:
    """Compose the short answer; an uploaded picture draws the split, in place of its table."""
    # A chart of Slack's is as high as ten rows: beside a table it would need a second screen.
    chart = None if answer.breakdown else change_chart(answer)
    # The line that says why another period is shown takes the room of the second finding.
    most = 1 if chart and answer.question.note else None
    return (
        *_opening(answer, _found(answer, most), level_lines(answer)),
        *(() if is_pictured else split_parts(answer)),
        Chart(chart, change_words(answer)),
        Quiet(*cautions(answer)),
        Footer(footer(answer.grounds)),
    )


def full_parts(answer: Answer, detail: AnswerDetail = FULL) -> Parts:
    """Compose the full answer: all of it to the cent, and what it rests on."""
    breakdown, activity = breakdown_grid(answer, detail), activity_grid(answer, detail)
    components = components_grid(answer, detail)
    goals = goals_line(((part.value, part.benchmarked) for part in answer.breakdown), answer.unit)
    return (
        *_opening(answer, _found(answer, 1), (second_level(answer),)),
        Chart(None),
        Bullets(terms_grid(answer), figures=2),
        Quiet(*(identity(answer) or ()), " ".join((outside_line(answer), *notes(answer)))),
        *_how_sure(answer),
        *([Bullets(breakdown, figures=4)] if breakdown else []),
        *([Bullets(components, figures=3)] if components else []),
        Quiet(goals),
        *([Bullets(activity, is_small=True)] if activity else []),
        Footer(provenance(answer.grounds)),
    )


def _found(answer: Answer, most: int | None) -> tuple[str, ...]:
    """Choose what stands first: what was asked for takes the room of the second finding."""
    asked = asked_line(answer)
    if asked is None:
        return finding_lines(answer)[:most]
    return asked, *map(_named, finding_lines(answer)[:1])


def _named(said: str) -> str:
    """Name NRR in a sentence that another figure stands before."""
    return f"NRR: {said[:1].lower()}{said[1:]}" if said.startswith(("Up ", "Down ")) else said


def _how_sure(answer: Answer) -> Parts:
    if (sureness := answer.sureness) is None:
        return ()
    accounts = account_grid(sureness, answer.unit)
    said = Quiet(*sureness_lines(sureness, answer.question.nrr))
    return (said, *([Table(accounts)] if accounts else []))


def _opening(answer: Answer, found: tuple[str, ...], levels: tuple[str, ...]) -> Parts:
    return (
        Said(answer.question.note),
        Headline(headline(answer)),
        Quiet(partial_note(answer), *warnings(answer.grounds)),
        Said(*found, *levels),
    )

"""Lays out a digest as a Slack message, section by section."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answers.posted_figures import Restated
from bot.answers.wording.sentences import lead
from bot.digests.digest import Digest
from bot.digests.native_chart import segment_chart
from bot.digests.wording.restatements import RESTATED, restated_lines
from bot.digests.wording.rows import (
    FULL,
    DigestDetail,
    change_grid,
    course_lines,
    figure_grid,
    segment_grid,
)
from bot.digests.wording.sentences import (
    diagnosis_lines,
    freshness,
    has_rows,
    headline,
    small_print,
    what_happened,
)
from bot.message import Block, Message
from bot.style.blocks import bold, bullets, context, header, labelled, section, table
from bot.style.framing import first_fitting
from bot.style.grid import LabelledText
from bot.style.grounds import footer
from bot.style.names import escaped

MEANING = "What it means"
DETAILS = (
    FULL,
    DigestDetail(segments=8),
    DigestDetail(segments=6, changes=2),
    DigestDetail(segments=4, changes=1),
    DigestDetail(segments=1, changes=1),
)
"""Details of a long digest, the most first; the first that fits Slack's limits is taken."""


@dataclass(frozen=True, slots=True)
class _Section:
    spoken: Sequence[str | LabelledText]
    blocks: Sequence[Block]
    plainer: Sequence[Block] | None = None


def digest_message(digest: Digest) -> Message:
    """Lay out a digest for its channel, without its pictures: they follow once it is posted."""
    return first_fitting(_message(digest, detail) for detail in DETAILS)


def restatement_message(restated: Sequence[Restated]) -> Message:
    """Lay out a notice of restated figures for the channel that was shown them."""
    lines = restated_lines(restated)
    return Message(
        text=escaped("\n".join((f"{RESTATED}:", *lines))), blocks=(bold(RESTATED), section(*lines))
    )


def _message(digest: Digest, detail: DigestDetail) -> Message:
    sections = tuple(_sections(digest, detail))
    spoken = (said for section in sections for line in section.spoken if (said := str(line)))
    return Message(
        text=escaped("\n".join(spoken)),  # every figure: a screen reader reads this alone
        blocks=tuple(block for section in sections for block in section.blocks),
        # posted instead if Slack refuses the blocks: its tables and charts are the newest kinds
        plainer=tuple(
            block
            for section in sections
            for block in (section.blocks if section.plainer is None else section.plainer)
        ),
    )


def _sections(digest: Digest, detail: DigestDetail) -> Iterator[_Section]:
    title, ratios = headline(digest), lead(digest.answer)
    yield _Section((title, *ratios), (header(title), labelled(*ratios)))
    if notes := freshness(digest):
        yield _Section(notes, (context(*notes),))
    if happened := what_happened(digest):
        yield _Section((happened,), (section(happened),))
    if restated := restated_lines(digest.body.restated):
        yield _Section((f"{RESTATED}:", *restated), (bold(RESTATED), section(*restated)))
    if has_rows(digest):
        yield _segments(digest, detail)
    if changes := change_grid(digest, detail):
        blocks = bold(changes.title), bullets(changes)
        yield _Section((changes.title, *changes.lines()), blocks)
    if meaning := diagnosis_lines(digest):
        yield _Section((MEANING, *meaning), (bold(MEANING), labelled(*meaning)))
    if notes := small_print(digest):
        yield _Section(notes, (context(*notes),))
    grounds = footer(digest.answer.grounds)
    yield _Section((grounds,), (context(grounds),))


def _segments(digest: Digest, detail: DigestDetail) -> _Section:
    grid, figures = segment_grid(digest, detail), figure_grid(digest, detail)
    chart = segment_chart(digest, detail)
    return _Section(
        (figures.title, *figures.lines(), *course_lines(digest, detail)),
        (bold(grid.title), table(grid), *((chart,) if chart else ())),
        plainer=(bold(grid.title), bullets(grid)),
    )

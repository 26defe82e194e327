"""A digest as a Slack message: the finding, who moved it, what it means, what it rests on."""

from collections.abc import Callable, Iterator

from bot.digests.digest import Digest
from bot.digests.native_chart import segment_chart
from bot.digests.wording.rows import (
    FULL,
    Detail,
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
    lead_lines,
    restated_lines,
    restated_title,
    small_print,
    what_happened,
)
from bot.message import Block, Message
from bot.style.blocks import bold, bullets, context, header, labelled, section, table
from bot.style.framing import first_fitting
from bot.style.grid import Grid, LabelledText
from bot.style.grounds import footer
from bot.style.names import escaped

MEANING = "What it means"
DETAILS = (
    FULL,
    Detail(segments=8),
    Detail(segments=6, changes=2),
    Detail(segments=4, changes=1),
    Detail(segments=1, changes=1),
)
"""How much of a long digest to show, the most first; the first that fits is taken."""


def digest_message(digest: Digest) -> Message:
    """Return the digest for its channel, without its pictures: they come once it is posted."""
    return first_fitting(_message(digest, detail) for detail in DETAILS)


def _message(digest: Digest, detail: Detail) -> Message:
    opening, closing = tuple(_opening(digest)), tuple(_closing(digest, detail))
    chart = segment_chart(digest, detail)
    return Message(
        text=_spoken(digest, detail),
        blocks=(
            *opening,
            *_segments(digest, detail, table),
            *((chart,) if chart else ()),
            *closing,
        ),
        plainer=(*opening, *_segments(digest, detail, bullets), *closing),
    )


def _opening(digest: Digest) -> Iterator[Block]:
    yield header(headline(digest))
    yield labelled(*lead_lines(digest))
    if notes := freshness(digest):
        yield context(*notes)
    if happened := what_happened(digest):
        yield section(happened)
    if restated := restated_lines(digest):
        yield bold(restated_title(digest))
        yield labelled(*restated)


def _segments(
    digest: Digest, detail: Detail, laid_out: Callable[[Grid], Block]
) -> tuple[Block, ...]:
    if not has_rows(digest):
        return ()
    grid = segment_grid(digest, detail)
    return bold(grid.title), laid_out(grid)


def _closing(digest: Digest, detail: Detail) -> Iterator[Block]:
    if changes := change_grid(digest, detail):
        yield bold(changes.title)
        yield bullets(changes)
    if meaning := diagnosis_lines(digest):
        yield bold(MEANING)
        yield labelled(*meaning)
    if notes := small_print(digest):
        yield context(*notes)
    yield context(footer(digest.answer.grounds))


def _spoken(digest: Digest, detail: Detail) -> str:
    """Return every figure of the message, line by line."""
    lines: list[str | LabelledText] = [headline(digest), *lead_lines(digest), *freshness(digest)]
    lines.append(what_happened(digest))
    if restated := restated_lines(digest):
        lines += [restated_title(digest), *restated]
    if has_rows(digest):
        grid = figure_grid(digest, detail)
        lines += [grid.title, *grid.lines(), *course_lines(digest, detail)]
    if changes := change_grid(digest, detail):
        lines += [changes.title, *changes.lines()]
    if meaning := diagnosis_lines(digest):
        lines += [MEANING, *meaning]
    lines += [*small_print(digest), footer(digest.answer.grounds)]
    return escaped("\n".join(said for line in lines if (said := str(line))))

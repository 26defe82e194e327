"""Prints a digest in the terminal."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from bot.answers.wording.sentences import lead
from bot.digests.digest import Digest
from bot.digests.wording import sentences as digests
from bot.digests.wording.restatements import RESTATED, restated_lines
from bot.digests.wording.rows import DigestDetail, change_grid, segment_grid
from bot.style.grounds import footer
from bot.style.terminal import QUIET, WARNING, lines_of, print_all, titled

WHOLE = DigestDetail(segments=50)  # nobody counts characters in a terminal


def print_digest(digest: Digest, console: Console, *, charts: Iterable[Path] = ()) -> None:
    """Print a digest as its channel would get it, see `print_reply`."""
    print_all(_renderables(digest), console, None)
    for chart in charts:
        print_all((), console, chart)


def _renderables(digest: Digest) -> Iterator[RenderableType]:
    yield Text(digests.headline(digest), style="bold")
    yield from lines_of(lead(digest.answer))
    for note in digests.freshness(digest):
        yield Text(note, style=WARNING)
    if happened := digests.what_happened(digest):
        yield Text(f"\n{happened}")
    if restated := restated_lines(digest.body.restated):
        yield Text(f"\n{RESTATED}", style="bold")
        yield Text("\n".join(restated))
    if digests.has_rows(digest):
        grid = segment_grid(digest, WHOLE)
        yield from titled(grid, figures=len(grid.header) - 1)
    if changes := change_grid(digest):
        yield from titled(changes, figures=2)
    if meaning := digests.diagnosis_lines(digest):
        yield Text("")
        yield from lines_of(meaning)
    yield Text("")
    for line in (*digests.small_print(digest), footer(digest.answer.grounds)):
        yield Text(line, style=QUIET)

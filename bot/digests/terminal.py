"""Prints a digest in the terminal, and what stands in its thread."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from bot.digests.digest import Digest
from bot.digests.message import digest_parts, thread_parts
from bot.style.parts import Quiet
from bot.style.terminal import print_all, print_parts

IN_THREAD = Quiet("In the thread:")


def print_digest(digest: Digest, console: Console, *, charts: Iterable[Path] = ()) -> None:
    """Print a digest as its channel would get it, and where its pictures were written."""
    print_parts(digest_parts(digest), console)
    if thread := thread_parts(digest):
        console.print()
        print_parts((IN_THREAD, *thread), console)
    for chart in charts:
        print_all((), console, chart)

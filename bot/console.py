"""The terminal: results on stdout, progress on stderr, and the options that commands share."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

out = Console()
progress = Console(stderr=True)  # so that a redirected answer holds the answer alone

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Today = Annotated[str | None, typer.Option(help="Take this day for today: YYYY-MM-DD.")]


def say(text: str) -> None:
    """Print a sentence on one line, as it is."""
    # Names hold brackets, which Rich takes for markup; and `grep` wants the sentence unbroken.
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def agrees(question: str) -> bool:
    """Ask whoever types; the question is on stderr, and anything but yes is no."""
    # Not `typer.confirm`, which writes a blank to stdout, where only a document may be.
    typer.echo(f"{question} [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document and nothing else."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))  # Rich would break long lines

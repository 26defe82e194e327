"""Where the command line speaks: what is asked for on stdout, progress on stderr."""

import json
from typing import Any

import typer
from rich.console import Console

out = Console()
progress = Console(stderr=True)


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document and nothing else."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))

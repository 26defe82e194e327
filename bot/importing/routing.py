"""Routing of ``nrrbot import FILE``: words that are no command of its group name a file."""

from pathlib import Path
from typing import Any

from typer.core import TyperGroup

ANY_FILE = "any"
"""The command that tells by its header what a file is; it is not listed."""


class FileOrCommand(TyperGroup):
    """Commands of imports, of which the one for any file needs not be named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own
        """Put the hidden command before what does not begin with a command."""
        if args and args[0] not in self.commands and self._means_file(args[0]):
            args = [ANY_FILE, *args]
        return super().parse_args(ctx, args)

    @staticmethod
    def _means_file(word: str) -> bool:
        # A single word that is no file is rather a command with a slip in it.
        return word not in ("--help", "-h") and (
            word.startswith("-") or not word.isidentifier() or Path(word).exists()
        )

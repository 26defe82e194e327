"""The outermost edge of the command line: no traceback passes it."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb
from typing import Any

from bot.errors import is_expected, sentence

_INTERRUPTED = 130
_OWNER_ALONE = 0o077  # what every file and folder that is made here keeps from everybody else


def main() -> None:
    """Run the command line and leave with its exit code."""
    os.umask(_OWNER_ALONE)  # store, copies, charts and exports hold figures, or secrets
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without "€" still gets the answer
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return 0, or 1 after one sentence on stderr."""
    app = _load(arguments)
    from typer.exceptions import TyperException  # noqa: PLC0415 - it comes with the app

    try:
        code = app(list(arguments), prog_name="nrrbot", standalone_mode=False) or 0
    except TyperException as error:
        problem = error.format_message().rstrip(".")
        return _fail(f"{problem}. Try `nrrbot --help`.") if problem else 0  # the help was shown
    except Exception as error:  # noqa: BLE001 - the outermost edge
        return _fail(_sentence(error))
    if code == _INTERRUPTED:
        _fail("Stopped.")
    return int(code)


def _load(arguments: Sequence[str]) -> Callable[..., Any]:
    gc.disable()  # nothing of what is loaded is garbage, and looking for some takes a tenth of it
    try:
        from bot.cli import command_line  # noqa: PLC0415 - this is the place to

        # Options of the root, and "--", stand before the command and name none.
        return command_line(next((each for each in arguments if not each.startswith("-")), None))
    finally:
        gc.freeze()  # and no later collection walks over it either
        gc.enable()


def _sentence(error: Exception) -> str:
    if is_expected(error):
        return sentence(error)
    frame = extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"Something went wrong on our side: {type(error).__name__} at {where}."


def _fail(words: str) -> int:
    shown = "".join(each if each.isprintable() else "?" for each in words)
    print(shown, file=sys.stderr)  # noqa: T201 - the command line speaks here
    return 1


if __name__ == "__main__":
    main()

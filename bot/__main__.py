"""The outermost edge of the command line: no traceback passes it."""

import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb
from typing import Any

from bot.errors import ReportedError, UsageError, is_expected, sentence
from bot.loading import uncollected

_INTERRUPTED = 130
_PLAINLY_SERVED = {
    ("serve",): True,
    ("serve", "--scheduler"): True,
    ("serve", "--no-scheduler"): False,
}
"""The lines that need no command line to be read, and whether they tick."""
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
    try:
        if (ticks := _PLAINLY_SERVED.get(tuple(arguments))) is not None:
            return _serve(scheduler=ticks)
        code = _run_command(arguments)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost edge
        said = _sentence(error)
        if "--json" in arguments:
            _print_document(error, said)
        return _fail(said)
    if code == _INTERRUPTED:
        _fail("Stopped.")
    return code


def _serve(*, scheduler: bool) -> int:
    with uncollected():
        from bot.server.serving import serve_from_environment  # noqa: PLC0415 - for this alone

    serve_from_environment(scheduler=scheduler)
    return 0


def _run_command(arguments: Sequence[str]) -> int:
    app = _load(arguments)
    from typer.exceptions import TyperException  # noqa: PLC0415 - it comes with the app

    try:
        return int(app(list(arguments), prog_name="nrrbot", standalone_mode=False) or 0)
    except TyperException as error:
        problem = error.format_message().rstrip(".")
        if not problem:
            return 0  # the help was shown
        end = "" if problem.endswith("?") else "."
        context = getattr(error, "ctx", None)  # that of the command that does not read it
        if context and context.command.hidden:  # `import FILE` has a name that nobody types
            context = context.parent
        command = context.command_path if context else "nrrbot"
        raise UsageError(f"{problem}{end} Try `{command} --help`") from None


def _load(arguments: Sequence[str]) -> Callable[..., Any]:
    with uncollected():
        from bot.cli import command_line  # noqa: PLC0415 - this is the place to

        # Options of the root, and "--", stand before the command and name none.
        words = list(arguments) or _words_to_complete()
        return command_line(next((each for each in words if not each.startswith("-")), None))


def _words_to_complete() -> list[str]:
    """Read the line that a shell wants completed; bash and the others name it differently."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split()[1:]


def _sentence(error: Exception) -> str:
    if is_expected(error):
        return sentence(error)
    frame = extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"Something went wrong on our side: {type(error).__name__} at {where}."


def _print_document(error: Exception, said: str) -> None:
    from bot.console import print_json  # noqa: PLC0415 - of what went well its command prints one

    if isinstance(error, ReportedError):
        print_json(error.document)
    else:
        print_json({"error": {"sentence": said}})


def _fail(words: str) -> int:
    shown = "".join(each if each.isprintable() else "?" for each in words)
    print(shown, file=sys.stderr)  # noqa: T201 - the command line speaks here
    return 1


if __name__ == "__main__":
    main()

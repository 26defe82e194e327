"""``nrrbot board``: a period of the company as a workbook, and as pages to print."""

from pathlib import Path
from typing import Annotated

import typer

from bot.access.visibility import EVERYTHING
from bot.answers.workplace import Workplace
from bot.board.document import pack_json
from bot.board.measuring import build_pack
from bot.board.message import pack_parts
from bot.console import AsJson, Today, out, print_json
from bot.errors import UsageError
from bot.private_files import write_private
from bot.questions.days import parse_as_of, parse_today
from bot.style.terminal import print_parts

board = typer.Typer(add_completion=False)


@board.command()
def write(
    words: Annotated[
        list[str] | None, typer.Argument(help="Q3 2026, October 2026 or 2025; else last-quarter.")
    ] = None,
    *,
    xlsx: Annotated[Path | None, typer.Option(help="Write the workbook here.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the pages to print here.")] = None,
    today: Today = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was recorded by then.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the board pack of a period: a workbook, and pages to print."""
    _require_ending("--xlsx", xlsx)
    _require_ending("--pdf", pdf)
    pack = build_pack(
        Workplace.at_head(parse_today(today)).answers,
        " ".join(words or []),
        visibility=EVERYTHING,
        as_of=parse_as_of(as_of),
    )
    if xlsx is not None:
        from bot.board.workbook import workbook  # noqa: PLC0415 - each file needs its own library

        write_private(xlsx, workbook(pack))
    if pdf is not None:
        from bot.board.pages import printed  # noqa: PLC0415

        write_private(pdf, printed(pack))
    if as_json:
        print_json(pack_json(pack))
        return
    written = [f"written to {path}" for path in (xlsx, pdf) if path is not None]
    print_parts(pack_parts(pack, *written or ["Add --xlsx FILE, --pdf FILE, or both."]), out)


def _require_ending(option: str, path: Path | None) -> None:
    ending = option.replace("--", ".")
    if path is not None and path.suffix.lower() != ending:
        raise UsageError(f"{option} writes a file of that kind: end its name in {ending}")

"""``nrrbot ask``: what ``/nrr`` answers, at the command line."""

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.answers.account_files import account_file, account_table
from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.answers.document import reply_json
from bot.answers.examples import Examples, examples_of
from bot.answers.reply import reply_picture
from bot.answers.terminal import print_reply
from bot.answers.workplace import Workplace
from bot.command_places import CommandPlace
from bot.console import AsJson, Today, out, print_json
from bot.errors import BotError, UsageError
from bot.feature import split_command
from bot.private_files import write_private, writing
from bot.questions.days import parse_as_of, parse_today
from bot.reference.command import ANNUALISE, HELP, annualise
from bot.reference.help_message import help_parts
from bot.style.grounds import footer
from bot.style.parts import Parts
from bot.style.rendering import message_of
from bot.style.terminal import print_parts
from metrics.errors import MetricsError
from storage.errors import StorageError

ask = typer.Typer(add_completion=False)


@ask.command()
def answer(
    words: Annotated[list[str] | None, typer.Argument(help="As in Slack: enterprise ttm")] = None,
    *,
    today: Today = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was recorded by then.")] = None,
    chart: Annotated[Path | None, typer.Option(help="Write the picture as a PNG here.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write every account of the base, or of a list, as CSV.")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write those as a workbook.")] = None,
    user: Annotated[
        str | None, typer.Option(help="Answer only what this user may see, by their id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, the same way the slash command does."""
    name, text = split_command(" ".join(words or []), (*HELP, *ANNUALISE))
    if name:  # before the store is opened: neither needs one
        _refer(name, text, as_json=as_json)
        return
    place = Workplace.at_head(parse_today(today))
    reply_to = partial(place.answers.reply, as_of=parse_as_of(as_of))
    if user is None:
        reply = reply_to(text)
    else:
        from bot.app.ask_as import ask_as  # noqa: PLC0415 - Slack's client is slow to load

        reply = ask_as(user, text, reply_to, place, exports=csv is not None or xlsx is not None)
    if chart is not None:
        _write_chart(reply, chart)
    if csv is not None:
        write_private(csv, account_file(place.answers, reply).content)
    if xlsx is not None:
        _write_workbook(place.answers, reply, xlsx)
    if as_json:
        print_json(reply_json(reply))
    else:
        print_reply(reply, out, chart=chart)


def _refer(name: str, rest: str, *, as_json: bool) -> None:
    parts = annualise(rest, place=CommandPlace.TERMINAL) if name in ANNUALISE else _help(rest)
    if as_json:
        print_json({"text": message_of(parts).text})
    else:
        print_parts(parts, out)


def _help(topic: str) -> Parts:
    examples = Examples()  # of no ledger, where none can be opened
    with suppress(BotError, MetricsError, StorageError):
        examples = examples_of(Workplace.at_head().answers)
    return help_parts(topic, examples, place=CommandPlace.TERMINAL)


def _write_workbook(answers: Answers, reply: Reply, path: Path) -> None:
    from bot.accounts.account_workbook import account_workbook  # noqa: PLC0415 - of this alone

    if path.suffix.lower() != ".xlsx":
        raise UsageError("--xlsx writes a workbook: end its name in .xlsx")
    table, grounds = account_table(answers, reply), reply.grounds
    write_private(path, account_workbook(table, currency=grounds.currency, made=grounds.data_as_of))


def _write_chart(reply: Reply, path: Path) -> None:
    if path.suffix.lower() != ".png":
        raise UsageError("--chart writes a PNG: end its name in .png")
    picture = reply_picture(reply, source=footer(reply.grounds))
    if picture is None:
        raise UsageError("--chart has no picture of that: ask for the answer, or a trend")
    with writing(path):
        path.write_bytes(picture.png)

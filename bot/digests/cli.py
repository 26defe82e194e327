"""``nrrbot digest``: a digest shown or put on its way, and what is done with those there are."""

from pathlib import Path
from typing import Annotated

import typer

digest = typer.Typer(
    help="Show a weekly digest, send it, and look after those that channels get.",
    invoke_without_command=True,
    no_args_is_help=False,
)

_MOST = 2**31 - 1
_NUMBER = typer.Argument(max=_MOST, help="Its number; `nrrbot digest list` shows it.")
Number = Annotated[int, _NUMBER]
Message = Annotated[int, _NUMBER]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


@digest.callback()
def show_or_send(
    context: typer.Context,
    *,
    channel: Annotated[str | None, typer.Option(help="The digest of this channel id.")] = None,
    number: Annotated[
        int | None, typer.Option("--id", max=_MOST, help="Which, by its number in the list.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="An ISO week such as 2026-W46; this week by default.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show it here and write its pictures; send nothing.")
    ] = False,
    charts: Annotated[Path, typer.Option(help="The folder to write the pictures to.")] = Path(),
    as_json: Json = False,
) -> None:
    """Show a digest with the usual settings, or send a channel's digest of a week that is due."""
    if context.invoked_subcommand is not None:
        return
    from bot.digests.errands import send_week, show  # noqa: PLC0415 - slow to load for other lines

    if dry_run or (channel is None and number is None):
        show(channel, number, period, folder=charts, as_json=as_json)
    else:
        send_week(channel, number, period, as_json=as_json)


@digest.command("add")
def add(
    *,
    channel: Annotated[str, typer.Option(help="The channel's id.")],
    owner: Annotated[str, typer.Option(help="The user id of who answers for it and is told.")],
    weekday: Annotated[str, typer.Option(help="mon to sun.")] = "mon",
    hour: Annotated[str, typer.Option(help="0 to 23.")] = "9",
    time_zone: Annotated[
        str | None, typer.Option(help="Such as Europe/Berlin; NRRBOT_TIME_ZONE by default.")
    ] = None,
    scope: Annotated[str, typer.Option(help="Which accounts, as in a question: enterprise.")] = "",
    by: Annotated[
        str | None, typer.Option(help="The dimension; NRRBOT_MAIN_DIMENSION by default.")
    ] = None,
    period: Annotated[str, typer.Option(help="last-month, quarter-to-date or ttm.")] = "last-month",
    parts: Annotated[
        str, typer.Option(help="What it includes beside the numbers.")
    ] = "bridge,trend,drivers,diagnosis",
) -> None:
    """Set up a weekly digest for a channel; Slack is asked whether it may have one."""
    from bot.digests.errands import Wanted, add_digest  # noqa: PLC0415 - slow to load

    wanted = Wanted(
        weekday=weekday,
        hour=hour,
        time_zone=time_zone,
        scope=scope,
        dimension=by,
        period=period,
        parts=parts,
    )
    add_digest(wanted, channel_id=channel, owner_id=owner)


@digest.command("list")
def list_all(
    *,
    channel: Annotated[str | None, typer.Option(help="Only those of this channel id.")] = None,
    as_json: Json = False,
) -> None:
    """Show every digest, and the messages that wait for a person."""
    from bot.digests.errands import list_digests  # noqa: PLC0415 - slow to load

    list_digests(channel, as_json=as_json)


@digest.command()
def pause(number: Number) -> None:
    """Let a digest come no more until it is resumed."""
    from bot.digests.errands import pause_digest  # noqa: PLC0415 - slow to load

    pause_digest(number)


@digest.command()
def resume(number: Number) -> None:
    """Let a paused or suspended digest come again."""
    from bot.digests.errands import resume_digest  # noqa: PLC0415 - slow to load

    resume_digest(number)


@digest.command()
def remove(number: Number) -> None:
    """End a digest for good."""
    from bot.digests.errands import remove_digest  # noqa: PLC0415 - slow to load

    remove_digest(number)


@digest.command()
def now(number: Number) -> None:
    """Send a digest at once; it does not count as this week's."""
    from bot.digests.errands import send_now  # noqa: PLC0415 - slow to load

    send_now(number)


@digest.command()
def retry(number: Message) -> None:
    """Send a message that is stuck once more; where Slack may have it, it may come twice."""
    from bot.digests.errands import retry_message  # noqa: PLC0415 - slow to load

    retry_message(number)


@digest.command()
def dismiss(number: Message) -> None:
    """Decide that a message that is stuck is not sent, and hear no more of it."""
    from bot.digests.errands import dismiss_message  # noqa: PLC0415 - slow to load

    dismiss_message(number)

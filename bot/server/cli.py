"""``nrrbot serve``: the bot answers in Slack until it is stopped."""

from typing import Annotated

import typer

from bot.server.serving import serve_from_environment

serve = typer.Typer(add_completion=False)


@serve.command()
def run(
    *,
    scheduler: Annotated[
        bool, typer.Option("--scheduler/--no-scheduler", help="Plan and send digests, too.")
    ] = True,
) -> None:
    """Answer in Slack until told to stop."""
    serve_from_environment(scheduler=scheduler)

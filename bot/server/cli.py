"""``nrrbot serve``: the bot answers in Slack until it is stopped."""

from typing import Annotated

import typer

from bot.config import Settings
from bot.server.serving import serve as serve_slack

serve = typer.Typer(add_completion=False)


@serve.command()
def run(
    *,
    scheduler: Annotated[
        bool, typer.Option("--scheduler/--no-scheduler", help="Plan and send digests, too.")
    ] = True,
) -> None:
    """Answer in Slack until told to stop."""
    settings = Settings.load()
    # The option can only switch it off: a replica whose NRRBOT_SCHEDULER is off stays without.
    sends = scheduler and settings.nrrbot_scheduler
    serve_slack(settings.model_copy(update={"nrrbot_scheduler": sends}))

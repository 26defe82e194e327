"""``nrrbot doctor``: everything that the bot rests on, checked at once, with what to do."""

from typing import Annotated

import typer

from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import AsJson, out, print_json
from bot.doctor.examination import examine
from bot.doctor.results import is_well, print_report, report_json

doctor = typer.Typer(add_completion=False)


@doctor.command()
def check(
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Also let Slack judge sample blocks; nothing is posted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the store, the settings and Slack, and say what to do about what is wrong."""
    place = Workplace()  # not at head: whether it is, is one of the checks
    results = examine(place.settings, place.store, now=utc_now, is_live=live)
    if as_json:
        print_json(report_json(results))
    else:
        print_report(results, out)
    if not is_well(results):
        raise typer.Exit(1)

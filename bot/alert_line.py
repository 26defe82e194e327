"""``nrrbot alerts``: rules evaluated on the newest data, and how every alert stands."""

from typing import Annotated

import typer

alerts = typer.Typer(
    help="Evaluate alert rules on closed months, and show how alerts stand.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


@alerts.command()
def evaluate(
    *,
    today: Annotated[str | None, typer.Option(help="Count days between reminders from it.")] = None,
    as_json: Json = False,
) -> None:
    """Evaluate every rule on the newest data, once, and show all alerts that are not inactive."""
    from bot.alert_errands import evaluate_alerts  # noqa: PLC0415 - slow to load for other lines

    evaluate_alerts(today, as_json=as_json)


@alerts.command("list")
def list_all(*, as_json: Json = False) -> None:
    """Show how every rule stood on each scope when it was evaluated last."""
    from bot.alert_errands import list_alerts  # noqa: PLC0415 - slow to load for other lines

    list_alerts(as_json=as_json)

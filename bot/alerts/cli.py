"""``nrrbot alerts``: rules evaluated and looked after, and how every alert stands."""

from typing import Annotated

import typer

alerts = typer.Typer(
    help="Evaluate alert rules on closed months, look after them, and show how alerts stand.",
    no_args_is_help=True,
)

Words = Annotated[str, typer.Argument(help='As in Slack: "enterprise below 105%".')]
Rule = Annotated[str, typer.Argument(help="Its number or name; `nrrbot alerts list` shows it.")]
Scope = Annotated[str, typer.Argument(help="Which accounts, as in a question: enterprise.")]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help="Who hears of it: a user id, a channel id or owners; repeatable."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


@alerts.command()
def evaluate(
    *,
    today: Annotated[str | None, typer.Option(help="Count days between reminders from it.")] = None,
    as_json: Json = False,
) -> None:
    """Evaluate every rule on the newest data, once, and show all alerts that are not inactive."""
    from bot.alerts.errands import evaluate_alerts  # noqa: PLC0415 - slow to load for other lines

    evaluate_alerts(today, as_json=as_json)


@alerts.command("list")
def list_all(*, as_json: Json = False) -> None:
    """Show how every rule stood on each scope when it was evaluated last."""
    from bot.alerts.errands import list_alerts  # noqa: PLC0415 - slow to load for other lines

    list_alerts(as_json=as_json)


@alerts.command()
def add(words: Words, *, to: To = None, as_json: Json = False) -> None:
    """Set up a rule; without --to, whoever hears of the default rules hears of it."""
    from bot.alerts.errands import add_rule  # noqa: PLC0415 - slow to load for other lines

    add_rule(words, to or (), as_json=as_json)


@alerts.command()
def edit(rule: Rule, words: Words, *, to: To = None, as_json: Json = False) -> None:
    """Let a rule say something else; it is evaluated again."""
    from bot.alerts.errands import edit_rule  # noqa: PLC0415 - slow to load for other lines

    edit_rule(rule, words, to, as_json=as_json)


@alerts.command()
def to(
    rule: Rule,
    recipients: Annotated[
        list[str] | None, typer.Argument(help="User ids, channel ids and owners; none: the usual.")
    ] = None,
) -> None:
    """Let others hear of a rule."""
    from bot.alerts.errands import tell_others  # noqa: PLC0415 - slow to load for other lines

    tell_others(rule, recipients or ())


@alerts.command()
def pause(rule: Rule) -> None:
    """Let a rule watch no more until it is resumed."""
    from bot.alerts.errands import pause_rule  # noqa: PLC0415 - slow to load for other lines

    pause_rule(rule)


@alerts.command()
def resume(rule: Rule) -> None:
    """Let a paused rule watch again."""
    from bot.alerts.errands import resume_rule  # noqa: PLC0415 - slow to load for other lines

    resume_rule(rule)


@alerts.command()
def remove(rule: Rule) -> None:
    """End a rule of the workspace's own for good."""
    from bot.alerts.errands import remove_rule  # noqa: PLC0415 - slow to load for other lines

    remove_rule(rule)


@alerts.command()
def snooze(
    rule: Rule,
    scope: Scope = "",
    *,
    until: Annotated[str, typer.Option(help="The day on which it is told again, 90 at most.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept and shown.")],
) -> None:
    """Hold back what is to be said of one alert until a day; how it stands goes on."""
    from bot.alerts.errands import snooze_alert  # noqa: PLC0415 - slow to load for other lines

    snooze_alert(rule, scope, until=until, reason=reason)


@alerts.command()
def wake(rule: Rule, scope: Scope = "") -> None:
    """End the snooze of one alert before its day."""
    from bot.alerts.errands import wake_alert  # noqa: PLC0415 - slow to load for other lines

    wake_alert(rule, scope)


@alerts.command()
def acknowledge(rule: Rule, scope: Scope = "") -> None:
    """Stop the reminders of one alert that fires."""
    from bot.alerts.errands import acknowledge_alert  # noqa: PLC0415 - slow to load for other lines

    acknowledge_alert(rule, scope)

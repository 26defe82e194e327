"""The commands of ``nrrbot``: a table, from which only the one that is called is loaded."""

from importlib import import_module
from importlib.metadata import version as installed_version
from typing import Annotated, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bot.cli_examples import EXAMPLES
from bot.console import out

version = typer.Typer(add_completion=False)
root = typer.Typer(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})

# The help stands here because `nrrbot --help` shows it of commands that it does not load.
COMMANDS = {
    "ask": ("bot.app.cli:ask", "Answer a question, the same way the slash command does."),
    "demo": (
        "bot.demo.cli:demo",
        "Make a sample company, show an answer, a digest and an alert, say what to do next.",
    ),
    "init": ("bot.setup.cli:init", "Ask for the few settings and write them to .env."),
    "manifest": ("bot.setup.cli:manifest", "Print the manifest that Slack makes the app from."),
    "serve": ("bot.server.cli:serve", "Answer in Slack until told to stop."),
    "doctor": (
        "bot.doctor.cli:doctor",
        "Check the store, the settings and Slack, and say what to do about what is wrong.",
    ),
    "version": ("bot.cli:version", "Print the version."),
    "db": ("bot.doctor.db_cli:db", "Look after the store."),
    "import": ("bot.importing.cli:imports", "Bring data into the ledger."),
    "data": (
        "bot.data_quality.cli:data",
        "Say whether the data adds up, what it lacks, and what to do about the worst of it.",
    ),
    "sync": ("bot.sources.cli:sync", "Read other systems again and again: a database, Stripe."),
    "digest": (
        "bot.digests.cli:digest",
        "Show a digest, send it, and look after those that channels get.",
    ),
    "alerts": (
        "bot.alerts.cli:alerts",
        "Evaluate alert rules on closed months, look after them, and show how alerts stand.",
    ),
    "board": (
        "bot.board.cli:board",
        "Write the board pack of a period: a workbook, and pages to print.",
    ),
    "profile": (
        "bot.goals.cli:profile",
        "Say which kind of company this is, so that benchmarks are shown.",
    ),
    "playbook": (
        "bot.playbook.cli:playbook",
        "Show what to do about segments and tiers of accounts, and check a file of your own.",
    ),
    "goal": (
        "bot.goals.cli:goal",
        "Set the NRR over twelve months that accounts are to reach, and see what is missing.",
    ),
    "access": ("bot.grants.cli:access", "Say who may see what, and where it may be posted."),
    "audit": (
        "bot.audit_pack.cli:audit",
        "Pack a period's figures with all that they rest on, and check packs and decisions.",
    ),
}


def command_line(called: str | None) -> TyperGroup:
    """Return all commands, of which the one that is called is loaded from its feature."""
    group = cast("TyperGroup", get_command(root))
    for name, (_, summary) in COMMANDS.items():
        group.add_command(TyperCommand(name, help=summary))
    if called in COMMANDS:
        place, summary = COMMANDS[called]
        module, _, attribute = place.partition(":")
        command = get_command(getattr(import_module(module), attribute))
        command.name, command.help = called, summary
        group.add_command(command)
        _show_examples(group, called)
    return group


def _show_examples(every: TyperGroup, called: str) -> None:
    for place, example in EXAMPLES.items():
        name, _, part = place.partition(" ")
        if name == called:
            command = every.commands[name]
            if part and isinstance(command, TyperGroup):
                command = command.commands[part]
            command.epilog = f"Example: {example}"


def _print_version(is_wanted: object) -> None:
    if is_wanted:
        print_version()
        raise typer.Exit


@root.callback()
def options(
    _version: Annotated[
        bool | None,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = None,
) -> None:
    """Net revenue retention from a ledger you can audit."""


@version.command()
def print_version() -> None:
    """Print the version."""
    out.print(installed_version("nrrbot"), highlight=False)

"""``nrrbot init`` writes ``.env`` by asking; ``nrrbot manifest`` prints what Slack's app needs."""

from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import say
from bot.environment import DOTENV
from bot.errors import UsageError
from bot.secret_files import names_of_files
from bot.setup.asking import BOT_TOKEN, ask_settings, usual_answers
from bot.setup.dotenv_file import only_settings, with_settings, write_private
from bot.setup.slack_manifest import creation_link, manifest_text
from bot.setup.templates import EXAMPLE, read_template

init = typer.Typer(add_completion=False)
manifest = typer.Typer(add_completion=False)


@init.command()
def set_up() -> None:
    """Ask for the few settings and write them to .env."""
    file, around = Path(DOTENV), Settings.surroundings()
    try:
        if file.exists() and not _may_change(around.names_in_file(Settings.names())):
            say(f"{DOTENV} stays as it is.")
            return
        say(f"Enter keeps what stands in brackets. The settings go into {DOTENV}, in this folder.")
        secrets = names_of_files(Settings.model_fields)
        filed = [name for name, named_by in secrets if around.value_of(named_by)]
        answers = dict(ask_settings(usual_answers(around.dotenv), filed=filed))
    except typer.Abort:
        raise UsageError(f"the questions were not all answered: {DOTENV} is not written") from None
    named = {name.upper(): value for name, value in answers.items()}
    example = only_settings(read_template(EXAMPLE), named)
    text = file.read_text(encoding="utf-8") if file.exists() else example
    write_private(file, with_settings(text, named))
    _tell_next(has_slack=BOT_TOKEN in filed or bool(answers[BOT_TOKEN]))
    for name in filter(around.environment.get, answers):
        say(f"{name.upper()} is set in the environment, too, and that wins over {DOTENV}.")
    Settings.load()  # what stood there before may be wrong, too


@manifest.command()
def print_manifest(
    *,
    link: Annotated[
        bool, typer.Option("--link", help="A link that opens Slack with it filled in, instead.")
    ] = False,
    http: Annotated[
        str | None,
        typer.Option(metavar="URL", help="For signed HTTP at https://YOUR-HOST, no Socket Mode."),
    ] = None,
    agent: Annotated[
        bool, typer.Option("--agent", help="For a workspace with agents, on a paid plan.")
    ] = False,
) -> None:
    """Print the manifest that Slack makes the app from."""
    text = manifest_text(http=http, is_agent=agent)
    typer.echo(creation_link(text) if link else text, nl=link)


def _may_change(names: list[str]) -> bool:
    has = f"has {', '.join(names)}" if names else "has no setting of nrrbot"
    say(f"There is a {DOTENV} in this folder already, which {has}.")
    return typer.confirm("Change it? What is not asked for stays as it is")


def _tell_next(*, has_slack: bool) -> None:
    say(f"{DOTENV} is written; you alone may read it. It explains every other setting, too.")
    say("Next: nrrbot db upgrade, then nrrbot import FILE")
    if has_slack:
        say("Slack: nrrbot doctor checks the tokens, nrrbot serve answers")
    else:
        say("Slack: nrrbot manifest --link makes its app; nrrbot init takes the tokens")

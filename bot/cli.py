"""The command line: every line exits 0, or 1 with one clear sentence on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.alerts.cli import alerts
from bot.answers.answer import Answer, Reply
from bot.answers.answers import Answers
from bot.answers.cohort_csv import write_cohort
from bot.answers.document import reply_json
from bot.answers.terminal import print_reply
from bot.answers.workplace import Workplace
from bot.clock import today_in, utc_now
from bot.config import Settings
from bot.console import out, print_json, progress
from bot.demo.company import DemoPlan
from bot.digests.cli import digest
from bot.errors import UsageError
from bot.grants.audit_cli import audit
from bot.grants.cli import access
from bot.questions.days import parse_today
from bot.reference.registry import COMMANDS, sub_command
from storage.balances.derivation import differences, rebuild
from storage.errors import StorageError
from storage.importing.cells import CellError, parse_moment
from storage.ledger.ahead import fill_ahead
from storage.store import schema
from storage.store.engine import Store
from storage.warehouse.copy import require_no_copy

app = typer.Typer(
    help="Net revenue retention from a ledger you can audit.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="Look after the store.", no_args_is_help=True)
imports = typer.Typer(help="Bring data into the ledger.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(imports, name="import")
app.add_typer(digest, name="digest")
app.add_typer(alerts, name="alerts")
app.add_typer(access, name="access")
app.add_typer(audit, name="audit")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
File = Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with a header.")]
ClosedThrough = Annotated[
    str | None, typer.Option(help="Declare every month through this one closed: YYYY-MM.")
]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")]

_DEFAULT_PLAN = DemoPlan()


@app.command()
def ask(
    words: Annotated[list[str] | None, typer.Argument(help="As in Slack: enterprise ttm")] = None,
    *,
    today: Annotated[str | None, typer.Option(help="Count periods from this day.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was recorded by then.")] = None,
    chart: Annotated[Path | None, typer.Option(help="Write the picture as a PNG here.")] = None,
    cohort: Annotated[Path | None, typer.Option(help="Write the opening base as CSV.")] = None,
    user: Annotated[
        str | None, typer.Option(help="Answer only what this user may see, by their id.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer a question, the same way the slash command does."""
    text = " ".join(words or [])
    command = sub_command(text)
    if command is not None:
        say(COMMANDS[command[0]](command[1]).text, as_json=as_json)
        return
    place = Workplace.ready()
    answer = partial(place.answers.reply, today=parse_today(today), as_of=parse_as_of(as_of))
    reply = (
        answer(text)
        if user is None
        else answer_for(user, text, answer, settings=place.settings, exports=cohort is not None)
    )
    if chart is not None:
        write_chart(reply, chart)
    if cohort is not None:
        write_base(place.answers, reply, cohort)
    if as_json:
        print_json(reply_json(reply))
    else:
        print_reply(reply, out, chart=chart)


@imports.command("movements")
def import_movements(
    file: File,
    *,
    closed_through: ClosedThrough = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import MRR movements: account_id, date, amount, currency, and attributes."""
    run_import("movements", file, closed_through, dry_run=dry_run, as_json=as_json)


@imports.command("accounts")
def import_accounts(
    file: File,
    *,
    closed_through: ClosedThrough = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import accounts: account_id, name, parent_id, created_on, and attributes."""
    run_import("accounts", file, closed_through, dry_run=dry_run, as_json=as_json)


@db.command("upgrade")
def db_upgrade() -> None:
    """Create the store, or bring it to this version after a copy of it."""
    changed = schema.upgrade(build_store(Settings.load()))
    out.print("The store is ready." if changed else "The store was ready already.")


@db.command("check")
def db_check() -> None:
    """Compare everything derived with the ledger it is derived from."""
    settings = load_settings_of_ledger()
    store = build_store(settings)
    schema.require_head(store)
    with store.read() as session, progress.status("Checking …"):
        require_no_copy(session)
        found = differences(session, tiers=settings.tiers)
    for part, days in found.items():
        where = f" at {', '.join(day.isoformat() for day in days[:12])}" if days else ""
        raise StorageError(
            f"the {part}{where} are not what the ledger says: run `nrrbot db rebuild`"
        )
    out.print("Everything derived is what the ledger says.")


@db.command("rebuild")
def db_rebuild() -> None:
    """Drop everything derived and build it again from the ledger."""
    settings = load_settings_of_ledger()
    store = build_store(settings)
    schema.require_head(store)
    today = today_in(settings.zone)
    with progress.status("Rebuilding …"):
        with store.write() as session:
            require_no_copy(session)
            rebuild(session, tiers=settings.tiers, today=today)
        fill_ahead(store, tiers=settings.tiers, today=today)
    out.print("Everything derived is rebuilt from the ledger.")


@db.command("backup")
def db_backup(
    path: Annotated[Path, typer.Argument(help="Where to write the copy; must not exist.")],
) -> None:
    """Write a consistent copy of the store while it is in use."""
    schema.backup(build_store(Settings.load()), path)
    out.print(f"The store is copied to {path}.", markup=False, highlight=False)


@app.command()
def demo(
    *,
    accounts: Annotated[int, typer.Option(help="How many accounts.")] = _DEFAULT_PLAN.accounts,
    months: Annotated[int, typer.Option(help="How many months.")] = _DEFAULT_PLAN.months,
    seed: Annotated[int, typer.Option(help="Which company.")] = _DEFAULT_PLAN.seed,
    keep: Annotated[Path, typer.Option(help="Folder, or .db file, of the store.")] = Path(
        "nrrbot-demo"
    ),
) -> None:
    """Make a sample company, ask the main question, say what to do next."""
    from bot.demo.tour import give_tour  # noqa: PLC0415 - no other line needs it

    plan = DemoPlan(accounts=accounts, months=months, seed=seed)
    give_tour(plan, keep, settings=Settings.load(), out=out, progress=progress)


@app.command()
def serve(
    *,
    scheduler: Annotated[
        bool, typer.Option("--scheduler/--no-scheduler", help="Plan and send digests, too.")
    ] = True,
) -> None:
    """Answer in Slack until told to stop."""
    from bot.server import serve as serve_slack  # noqa: PLC0415 - slow to load for one-off lines

    settings = Settings.load()
    sends = scheduler and settings.nrrbot_scheduler
    serve_slack(settings.model_copy(update={"nrrbot_scheduler": sends}))


@app.command()
def doctor(
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Also let Slack judge sample blocks; nothing is posted.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the store, the settings and Slack, and say what to do about what is wrong."""
    from bot.doctor import examine, is_well, print_report, report_json  # noqa: PLC0415 - slow to load

    settings = Settings.load()
    findings = examine(settings, build_store(settings), now=utc_now, is_live=live)
    if as_json:
        print_json(report_json(findings))
    else:
        print_report(findings, out)
    if not is_well(findings):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed  # noqa: PLC0415 - slow to load

    out.print(installed("nrrbot"), highlight=False)


def load_settings_of_ledger() -> Settings:
    """Return the settings where the ledger is in the store.

    Raises
    ------
    UsageError
        If it is in a warehouse, which is never written to.
    """
    settings = Settings.load()
    if settings.warehouse_url is not None:
        raise UsageError(
            "the ledger is in the warehouse and looked after there: unset WAREHOUSE_URL to work on"
            " a ledger in DATABASE_URL"
        )
    return settings


def build_store(settings: Settings) -> Store:
    """Return the store of the settings; nothing is connected yet."""
    return Store(settings.database_url.get_secret_value())


def run_import(
    name: str, file: Path, closed_through: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Import one file, or only check it, and say how it went."""
    from bot.importing.cli import import_and_tell  # noqa: PLC0415 - no other line needs it

    settings = load_settings_of_ledger()
    import_and_tell(
        name,
        file,
        settings=settings,
        store=build_store(settings),
        closed_through=closed_through,
        dry_run=dry_run,
        as_json=as_json,
    )


def say(text: str, *, as_json: bool) -> None:
    """Print what needs no ledger."""
    if as_json:
        print_json({"text": text})
    else:
        out.print(text, markup=False, highlight=False)


def answer_for(
    user: str, text: str, answer: Callable[..., Reply], *, settings: Settings, exports: bool
) -> Reply:
    """Answer as far as a user may see it; Slack is asked who they are."""
    from bot.grants.errands import ask_as  # noqa: PLC0415 - slow to load for other lines

    return ask_as(user, text, answer, settings=settings, exports=exports)


def write_base(answers: Answers, reply: Reply, path: Path) -> None:
    """Write the opening base of an answer into a CSV file."""
    if not isinstance(reply, Answer):
        raise UsageError("--cohort is for one period: a trend has an opening base for each point")
    members = answers.cohort(reply)
    with writing(path), path.open("w", encoding="utf-8", newline="") as file:
        write_cohort(members, currency=reply.currency, file=file)


def write_chart(reply: Reply, path: Path) -> None:
    """Draw the picture of a reply into a PNG file."""
    from bot.answers.picture import reply_png  # noqa: PLC0415 - matplotlib is slow to load

    if path.suffix.lower() != ".png":
        raise UsageError("--chart writes a PNG: end its name in .png")
    with writing(path):
        path.write_bytes(reply_png(reply))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say clearly when a file cannot be written."""
    try:
        yield
    except OSError:
        raise UsageError(
            f"the file {path.name} cannot be written: check its folder and rights"
        ) from None


def parse_as_of(text: str | None) -> datetime | None:
    """Return the moment of ``--as-of``; a date alone means the end of that day in UTC."""
    if text is None:
        return None
    try:
        moment = parse_moment(text, now=datetime.max.replace(tzinfo=UTC))
    except CellError as error:
        raise UsageError(f"--as-of {error}") from None
    return datetime.combine(moment, time.max, UTC) if len(text) == len("2026-07-31") else moment

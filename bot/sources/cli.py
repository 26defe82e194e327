"""``nrrbot sync``: sources are read once, or again and again until somebody interrupts."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import sleep
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretStr

from bot.answers.workplace import Workplace
from bot.clock import today_in
from bot.config import SQL_KINDS, Settings
from bot.console import AsJson, Today, out, print_json, progress, say
from bot.errors import ReportedError, UsageError, is_expected, sentence
from bot.questions.days import parse_today
from bot.slack.sent import OPERATOR
from bot.sources.configured import build_source, keeping_of, names_of
from bot.sources.failing import as_rows, failure_words
from bot.sources.source import Source
from bot.sources.syncing import AGREED, Syncing, SyncOutcome
from bot.sources.wording import outcome_json, outcome_line
from bot.style.finding_words import finding_lines
from bot.style.import_bars import import_bars
from bot.style.names import capitalised, plural
from storage.importing.asking import Ask, Overlap, chosen_overlap
from storage.importing.report import ImportRefusedError

SECONDS = 60  # of a minute

Once = Annotated[bool, typer.Option("--once", help="Read it one time, not again and again.")]
Url = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Where the query runs: any SQLAlchemy URL. One with a password belongs in"
        " NRRBOT_SQL_URL, where nobody sees it.",
    ),
]
QueryText = Annotated[
    str | None, typer.Option("--query", metavar="SELECT", help="The query: one SELECT.")
]
QueryFile = Annotated[
    Path | None, typer.Option(metavar="FILE.sql", help="A file with the query in it.")
]
Kind = Annotated[
    str | None, typer.Option(help="movements, balances or contracts, if its columns do not tell.")
]
Watermark = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="A column that only grows: later reads begin there."),
]
Complete = Annotated[
    bool,
    typer.Option("--complete", help="What it lacks has ended: accounts of balances, contracts."),
]
StripeMaps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="OURS=FIELD",
        help="Take an attribute of accounts from a field, as in segment=metadata.segment. May be"
        " given again. NRRBOT_STRIPE_MAP keeps it.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Answer what an import would ask with yes.")]
Append = Annotated[
    bool, typer.Option("--append", help="Add rows that equal held ones: they are others.")
]
Held = Annotated[bool, typer.Option("--held", help="Skip the rows that are held.")]
Replaces = Annotated[
    bool, typer.Option("--replace", help="Take back held rows that it does not give any more.")
]

sync = typer.Typer(no_args_is_help=True, add_completion=False)


@sync.callback()
def sources() -> None:
    """Bring what other systems have into the ledger."""


@sync.command("sql")
def sync_sql(
    *,
    url: Url = None,
    query: QueryText = None,
    query_file: QueryFile = None,
    kind: Kind = None,
    watermark: Watermark = None,
    complete: Complete = False,
    once: Once = False,
    yes: Yes = False,
    append: Append = False,
    held: Held = False,
    replaces: Replaces = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Read a query on a database: movements, balances or contracts."""
    changed = _changed(url=url, query=query, query_file=query_file, kind=kind, watermark=watermark)
    if complete:
        changed["nrrbot_sql_complete"] = complete
    order = SyncOrder(
        once=once,
        as_json=as_json,
        today=parse_today(today),
        agreed=frozenset(Ask) if yes else AGREED,
        overlap=chosen_overlap(append=append, held=held, replaces=replaces),
    )
    run("sql", order, changed)


def _changed(
    *,
    url: str | None,
    query: str | None,
    query_file: Path | None,
    kind: str | None,
    watermark: str | None,
) -> dict[str, Any]:
    """Read the settings that a line says otherwise."""
    if kind not in (None, *SQL_KINDS):
        raise UsageError(f"--kind takes {', '.join(SQL_KINDS[:-1])} or {SQL_KINDS[-1]}")
    if query is not None and query_file is not None:
        raise UsageError("say one of --query and --query-file")
    given = {
        "nrrbot_sql_url": None if url is None else SecretStr(url),
        "nrrbot_sql_query_file": None if query_file is None else str(query_file),
        "nrrbot_sql_kind": kind,
        "nrrbot_sql_watermark": watermark,
    }
    changed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if query is not None or query_file is not None:  # a file that is named here comes first
        # What is configured beside a query is of that one.
        own = dict.fromkeys(("nrrbot_sql_kind", "nrrbot_sql_watermark"))
        changed = {**own, "nrrbot_sql_complete": False, **changed, "nrrbot_sql_query": query}
    return changed


@sync.command("stripe")
def sync_stripe(
    *,
    maps: StripeMaps = None,
    once: Once = False,
    yes: Yes = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Read what changed in Stripe: subscriptions, invoices, coupons and customers."""
    order = SyncOrder(
        once=once,
        as_json=as_json,
        today=parse_today(today),
        agreed=frozenset(Ask) if yes else AGREED,
    )
    run("stripe", order, {"nrrbot_stripe_map": ",".join(maps)} if maps else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrder:
    """Everything that was typed of a sync, whatever its source is."""

    once: bool
    as_json: bool
    today: date | None
    agreed: frozenset[Ask] = AGREED
    overlap: Overlap | None = None


def run(name: str, order: SyncOrder, changed: dict[str, Any] | None = None) -> None:
    """Sync a source of the settings, of which some may be changed for this run.

    Raises
    ------
    UsageError
        If it is not configured, or failed the only time.
    """
    if order.as_json and not order.once:
        raise UsageError("--json prints one document: say --once, too")
    if (order.agreed != AGREED or order.overlap) and not order.once:
        raise UsageError("an answer is for one time: say --once, too")
    place = Workplace.with_own_ledger()
    settings = place.settings.model_copy(update=changed or {})
    source = build_source(settings, place.store, name)
    syncing = Syncing(
        store=place.store,
        settings=settings,
        names=names_of(settings) | {name},
        agreed=order.agreed,
        overlap=order.overlap,
        actor=OPERATOR.user_id,
        keeping=keeping_of(place.settings, settings, name),
    )
    if order.once:
        _once(syncing, source, order, settings)
        return
    _go_on(syncing, source, order, settings)


def _go_on(syncing: Syncing, source: Source, order: SyncOrder, settings: Settings) -> NoReturn:
    pause = plural(settings.nrrbot_sync_minutes, "minute")
    progress.print(f"Reads it every {pause} until Ctrl-C; --once reads it one time.")
    while True:
        try:
            _once(syncing, source, order, settings)
        except UsageError as error:  # the next time may go better
            progress.print(sentence(error), markup=False, highlight=False)
        sleep(SECONDS * settings.nrrbot_sync_minutes)


def _once(syncing: Syncing, source: Source, order: SyncOrder, settings: Settings) -> None:
    today = order.today or today_in(settings.zone)
    try:
        with import_bars(progress) as bars:
            outcome = syncing.sync(source, today=today, progress=bars)
    except Exception as error:
        if not is_expected(error):
            raise
        if isinstance(error, ImportRefusedError) and not order.as_json:
            for line in finding_lines(as_rows(error)):
                out.print(line, markup=False, highlight=False)
        said = f"the sync of {source.name} failed: {failure_words(error, source.name)}"
        error_json = {"sentence": capitalised(said)}
        failed = {"source": source.name, "status": "failed", "error": error_json}
        raise ReportedError(said, failed) from None
    _print(outcome, as_json=order.as_json)


def _print(outcome: SyncOutcome, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome_json(outcome))
        return
    say(outcome_line(outcome))
    for note in outcome.notes:
        say(note)
    if outcome.is_trial:
        say(f"Tried once: the source {outcome.name} of the settings is as it was.")

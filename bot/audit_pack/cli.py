"""``nrrbot audit``: packs of a period's books, the record of decisions, and checks of both."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.access.wording import verified_sentence
from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import AsJson, Today, print_json, progress, say
from bot.errors import UsageError
from bot.questions.days import parse_as_of, parse_today
from storage.access import audit as records
from storage.store.schema import require_head

audit = typer.Typer(no_args_is_help=True, add_completion=False)
_ENDING = ".zip"


@audit.command()
def pack(
    words: Annotated[
        list[str], typer.Argument(help="Q3 2026, October 2026 or 2025, then the file to write.")
    ],
    *,
    scope: Annotated[str, typer.Option(help="Only these accounts, such as smb.")] = "",
    today: Today = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was recorded by then.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pack a period's figures with all that they rest on, and a manifest of hashes."""
    from bot.audit_pack.book import PackRequest  # noqa: PLC0415 - numpy is slow to load
    from bot.audit_pack.making import make_pack  # noqa: PLC0415

    *period, name = words
    if not (period and name.lower().endswith(_ENDING)):
        raise UsageError("name a period and a file that ends in .zip: audit pack Q3 2026 audit.zip")
    place = Workplace.with_own_ledger(parse_today(today))
    require_head(place.store)
    asked = PackRequest(
        words=" ".join(period),
        today=place.today(),
        scope=scope,
        as_of=parse_as_of(as_of),
    )
    made = make_pack(
        Path(name), asked, store=place.store, settings=place.settings, now=utc_now, console=progress
    )
    if as_json:
        print_json(made.document())
        return
    for line in made.lines():
        say(line)


@audit.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An audit pack; without one, the record of decisions.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check a pack byte by byte, or that no entry of the record was changed or removed."""
    if file is None:
        with Workplace.at_head().store.read() as session:
            newest = records.verify(session)
        if as_json:
            print_json({"entries": newest.id if newest else 0, "newest": newest and newest.hash})
        else:
            say(verified_sentence(newest))
        return
    from bot.audit_pack.checking import check_pack  # noqa: PLC0415 - of this alone

    checked = check_pack(file)
    if as_json:
        print_json(checked.document())
        return
    for line in checked.lines():
        say(line)


@audit.command()
def export(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, not CSV.")] = False,
) -> None:
    """Print every entry of the record, as CSV or as JSON."""
    with Workplace.at_head().store.read() as session:
        documents = (link.document() for link in records.every(session))
        if as_json:
            print_json({"entries": list(documents)})
            return
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(records.COLUMNS)
        writer.writerows(document.values() for document in documents)

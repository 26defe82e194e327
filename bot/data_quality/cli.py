"""``nrrbot data``: the review of the data, and another system's totals beside the ledger's."""

from typing import Annotated

import typer

from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import AsJson, out, print_json
from bot.data_quality.document import review_json
from bot.data_quality.message import Readers, review_parts
from bot.questions.days import parse_today
from bot.style.terminal import print_parts
from storage.quality.review import read_review
from storage.store import schema
from storage.warehouse.copy import require_no_copy

data = typer.Typer(add_completion=False)

Today = Annotated[str | None, typer.Option(help="Take this day for today: YYYY-MM-DD.")]


@data.command()
def review(*, today: Today = None, as_json: AsJson = False) -> None:
    """Say whether the data adds up, what it lacks, and what to do about the worst of it."""
    place = Workplace.with_own_ledger()
    schema.require_head(place.store)
    day = parse_today(today) or place.answers.today()
    with place.store.read() as session:
        require_no_copy(session)
        found = read_review(
            session,
            tiers=place.settings.tiers,
            dimension=place.settings.nrrbot_main_dimension,
            today=day,
            now=utc_now(),
        )
    if as_json:
        print_json(review_json(found, today=day))
    else:
        print_parts(
            review_parts(found, Readers(names=True, zone=place.settings.zone), today=day), out
        )

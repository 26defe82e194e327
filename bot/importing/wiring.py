"""Builds the importing feature: the job that lands rows on their day."""

from datetime import timedelta
from functools import partial

from bot.answers.services import Services
from bot.feature import Feature, Job
from bot.importing.home_parts import data_age
from bot.importing.job import land_due

LAND_EVERY = timedelta(hours=1)


def feature(services: Services) -> Feature:
    """Serve the job ``due``; a ledger in a warehouse is looked after there."""
    if services.settings.warehouse_url is not None:
        return Feature()
    land = partial(land_due, services.store, services.settings, services.answers.today)
    job = Job(name="due", every=LAND_EVERY, build=lambda: land, is_led=True, needs_clock=True)
    shown = partial(data_age, services.gate, services.store, services.settings.zone)
    return Feature(jobs=(job,), home={"data": shown})

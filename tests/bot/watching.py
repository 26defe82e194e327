"""Alerts on a store, as the bot evaluates them, at a moment that stands still."""

from datetime import UTC, date, datetime

from bot.alerts.evaluating import Evaluator
from bot.answers.answers import Answers
from metrics.segments import Tiers
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def evaluator_on(
    store: Store, *, dimension: str = "segment", warehouse: Warehouse | None = None
) -> Evaluator:
    answers = Answers(
        store=store,
        tiers=Tiers(),
        main_dimension=dimension,
        fiscal_start=1,
        today=lambda: TODAY,
        warehouse=WarehouseReader(store, warehouse, now=lambda: NOW) if warehouse else None,
    )
    return Evaluator(answers=answers, now=lambda: NOW)

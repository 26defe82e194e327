"""Alerts on a store, as the bot evaluates them, at a moment that stands still."""

from bot.alerts.evaluating import Evaluator
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader
from tests.bot.small_company import NOW, answers_from


def evaluator_on(
    store: Store, *, dimension: str = "segment", warehouse: Warehouse | None = None
) -> Evaluator:
    reader = WarehouseReader(store, warehouse, now=lambda: NOW) if warehouse else None
    answers = answers_from(store, dimension=dimension, warehouse=reader)
    return Evaluator(answers=answers, now=lambda: NOW)

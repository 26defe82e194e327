"""Migration as JSON: each way that accounts went, with what they paid at both ends."""

from bot.migration.matrix import MigrationMatrix
from bot.questions.document import head_json
from bot.style.document import Json, grounds_json, money_json
from bot.style.document import retention_json as retention
from metrics.migration import Beyond, Place


def migration_json(matrix: MigrationMatrix) -> Json:
    """Convert a matrix: ``from`` and ``to`` are values, null where ``went`` says where else.

    Cells come in the order of the matrix as people read it, whatever came into the ledger first.
    """
    currency, migration = matrix.grounds.currency, matrix.migration
    return {
        **head_json(matrix),
        "dimension": matrix.dimension,
        "result": retention(matrix.retention, currency),
        "migration": [
            {
                "from": _value(before),
                "to": _value(after),
                "went": _went(before, after),
                "accounts": flow.accounts,
                "opening_mrr": money_json(flow.opening, currency),
                "closing_mrr": money_json(flow.closing, currency),
            }
            for before in migration.opened
            for after in migration.closed
            if (flow := migration.flows.get((before, after)))
        ],
        "hidden": len(migration.hidden),
        **grounds_json(matrix.grounds),
    }


def _value(place: Place) -> str | None:
    return place if isinstance(place, str) else None


def _went(before: Place, after: Place) -> str:
    beyond = next((one for one in (after, before) if isinstance(one, Beyond)), None)
    if beyond is not None:
        return beyond.value
    return "stayed" if before == after else "moved"

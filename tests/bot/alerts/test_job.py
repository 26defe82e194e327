"""The job of alerts before there is anything to watch."""

from types import SimpleNamespace
from typing import Any, NoReturn

from bot.alerts.job import AlertJob
from storage.errors import EmptyLedgerError
from tests.storage.stores import TODAY


def test_before_the_first_import_nothing_is_evaluated_and_nobody_is_told() -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise EmptyLedgerError

    evaluator: Any = SimpleNamespace(snapshot=lambda: None, evaluate=refuse)
    notifier: Any = SimpleNamespace()  # which is not asked

    assert AlertJob(evaluator=evaluator, notifier=notifier, today=lambda: TODAY).run() == 0

"""The ``evaluate`` tick: alerts are evaluated on new data, and their recipients are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.alerts.evaluating import Evaluator
from bot.alerts.telling.notifier import Notifier
from storage.errors import EmptyLedgerError


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertJob:
    """Evaluates alerts, then notifies recipients; what a crash leaves, the next tick notifies.

    Attributes
    ----------
    today : callable
        The workspace's own day.
    """

    evaluator: Evaluator
    notifier: Notifier
    today: Callable[[], date]

    def run(self) -> int:
        """Evaluate what is new and tell it; return how many messages are on their way.

        Raises
        ------
        StorageError
            If the store cannot be used; before the first import there is just nothing to do.
        """
        today, snapshot = self.today(), self.evaluator.snapshot()
        try:
            self.evaluator.evaluate(snapshot, today=today)
        except EmptyLedgerError:
            return 0
        self.evaluator.end_snoozes(snapshot, today=today)
        # The notifier reads a snapshot of its own, after the evaluation, with what is to notify.
        return self.notifier.notify(today=today)

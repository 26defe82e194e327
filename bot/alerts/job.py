"""The ``evaluate`` tick: alerts are evaluated on new data, and their recipients are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.alerts.evaluating import Alerting
from bot.alerts.telling.notifier import Notifier
from storage.errors import EmptyLedgerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """Evaluates alerts, then notifies recipients; what a crash leaves, the next tick notifies.

    Attributes
    ----------
    today : callable
        The workspace's own day.
    """

    alerting: Alerting
    notifier: Notifier
    today: Callable[[], date]

    def run(self) -> int:
        """Evaluate what is new and tell it; return how many messages are on their way.

        Raises
        ------
        StorageError
            If the store cannot be used; before the first import there is just nothing to do.
        """
        today, snapshot = self.today(), self.alerting.snapshot()
        try:
            self.alerting.evaluate(snapshot, today=today)
        except EmptyLedgerError:
            return 0
        self.alerting.end_snoozes(snapshot, today=today)
        # It reads its own: states as they are by now, in one transaction with what is untold.
        return self.notifier.notify(today=today)

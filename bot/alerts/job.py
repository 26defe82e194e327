"""The ``evaluate`` tick: alerts are evaluated on new data, and people are told what changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.alerts.evaluating import Alerting
from bot.alerts.notices.notifier import Notifier
from storage.errors import EmptyLedgerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """Evaluates, then tells; what a crash leaves untold the next tick tells.

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
        today = self.today()
        try:
            self.alerting.evaluate(today=today)
        except EmptyLedgerError:
            return 0
        self.alerting.end_snoozes(today=today)
        return self.notifier.notify(today=today)

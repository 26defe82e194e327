"""``/nrr alerts``: every alert rule, how it stands on each scope, and who hears of it."""

from dataclasses import dataclass

from bot.alerts.rules.list_message import alert_list
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup
from bot.errors import UsageError
from bot.message import Message
from bot.slack.sent import Request

ALONE = "`/nrr alerts` stands alone and lists them all: `/nrr alert` changes one"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsCommand:
    """Serves the sub-command; only the asker sees the list."""

    setup: AlertSetup
    access: AlertAccess

    def answer(self, request: Request) -> Message:
        """Return the list.

        Raises
        ------
        UsageError
            If something else was typed.
        AccessDeniedError
            If they may see nothing at all.
        """
        if request.text.strip():
            raise UsageError(ALONE)
        user_id, visibility = request.asker.user_id, self.access.visibility(request.asker)
        listed = self.setup.listed(user_id=user_id, sees=visibility.sees)
        return alert_list(listed, asker=user_id, today=self.setup.today())

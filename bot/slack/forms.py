"""Opens a form (a modal, in Slack's word) in front of the person who asked for it."""

from slack_sdk import WebClient

from bot.errors import UsageError
from bot.message import Block
from bot.slack.failures import SLACK_ERRORS, RefusedError, read_error

_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


class Forms:
    """Opens forms; nothing is retried, because the person can ask again."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def open(self, trigger_id: str, view: Block) -> None:
        """Open a form for the person whose command or click gave the trigger.

        Raises
        ------
        UsageError
            If there is no trigger: a message has none.
        RefusedError
            If Slack does not open it: a trigger holds for three seconds.
        """
        if not trigger_id:
            raise UsageError("a form opens for the slash command alone: type the same behind it")
        try:
            self._client.views_open(trigger_id=trigger_id, view=view)
        except SLACK_ERRORS as error:
            if read_error(error).code in _TOO_LATE:
                raise RefusedError(
                    "I was too slow to open the form, which Slack allows for three seconds: try"
                    " again"
                ) from error
            raise RefusedError("Slack did not open the form: try again in a moment") from error

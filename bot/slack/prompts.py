"""Suggested questions at the head of the app's direct conversation, where it is an agent."""

from collections.abc import Sequence
from contextlib import suppress

from slack_sdk import WebClient

from bot.slack.failures import SLACK_ERRORS


class SuggestedPrompts:
    """Shows questions to press; a workspace without agents is shown none, and nothing fails."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def show(self, channel_id: str, questions: Sequence[str]) -> None:
        """Show questions in place of those before."""
        prompts = [{"title": question, "message": question} for question in questions]
        # no thread: Slack takes that for the older kind of assistant, and silently shows nothing
        with suppress(*SLACK_ERRORS):
            self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel_id, prompts=prompts
            )

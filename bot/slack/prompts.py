"""Suggested questions at the head of the app's direct conversation, where it is an agent."""

from collections.abc import Sequence
from contextlib import suppress

from slack_sdk import WebClient

from bot.slack.failures import SLACK_ERRORS


def suggest(client: WebClient, channel_id: str, questions: Sequence[str]) -> None:
    """Show questions to press in place of those before.

    A workspace without agents is shown none, and nothing fails.
    """
    prompts = [{"title": question, "message": question} for question in questions]
    # no thread: Slack takes that for the older kind of assistant, and silently shows nothing
    with suppress(*SLACK_ERRORS):
        client.assistant_threads_setSuggestedPrompts(channel_id=channel_id, prompts=prompts)

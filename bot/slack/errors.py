"""What a call of Slack raises or answers when it does not work out."""

from http.client import HTTPException

from slack_sdk.errors import SlackClientError

SLACK_ERRORS = (SlackClientError, HTTPException, OSError)
"""Everything that a call of Slack raises when it does not work out."""

NOT_INVITED = frozenset({"not_in_channel", "channel_not_found"})
"""What Slack answers about a channel that the bot is not in."""

"""The workspace that the bot's token belongs to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The workspace that the bot's token belongs to, and who the bot is there."""

    team_id: str
    enterprise_id: str | None = None
    bot_name: str = "nrr"
    bot_id: str = ""

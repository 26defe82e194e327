"""What somebody typed after the slash command, for sub-commands that depend on who and where."""

from dataclasses import dataclass

from bot.slack.asker import Asker


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The words, who typed them and where, and what opens one form for them within 3 seconds."""

    text: str
    asker: Asker
    trigger_id: str

"""Reads events strictly: one that is not as Slack documents it is not acted on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:  # what a reply is made of is not loaded to hear an event
    from bot.slack.sent import Asker
    from bot.slack.working import Note

Work = Callable[[], None]  # what of an event is done after its acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message whose sender waits for an answer, as after a command: ``text`` is what it says.

    Attributes
    ----------
    note : callable
        Says that the answer takes a while, as `bot.slack.working.Working.shown` asks for.
    may_explain : callable
        Asked before an error is told: whoever waited too long was told so.
    over : callable
        Called when they were answered, or told why not.
    """

    asker: "Asker"
    text: str
    answer: Work
    note: "Note"
    may_explain: Callable[[], bool]
    over: Work


EventHandler = Callable[[Mapping[str, Any]], Work | Asked | None]


class UnreadableEventError(ValueError):
    """An event that Slack would not send; it says nothing of what is in it."""


class EventModel(BaseModel):
    """One object of an event, as far as it is read; other fields are ignored."""

    model_config = ConfigDict(strict=True, frozen=True)


class EventObject(EventModel):
    """A channel, person or group that an event carries whole; only its id is read."""

    id: str = Field(min_length=1)


class _Install(EventModel):
    team_id: str | None = None


class _Event(EventModel):
    type: str = Field(min_length=1)


class EventEnvelope(EventModel):
    """The envelope around every event: its type, and the workspaces that it is for."""

    # https://docs.slack.dev/apis/events-api/#event-type-structure
    team_id: str = Field(min_length=1)
    event: _Event
    authorizations: list[_Install] = Field(default_factory=list)

    def is_for(self, team_id: str) -> bool:
        """Tell whether an event is for the app as it is installed in a workspace."""
        # in a shared channel ``team_id`` may be the other company's
        return team_id in {self.team_id, *(each.team_id for each in self.authorizations)}


F = TypeVar("F", bound=EventModel)


def read(model: type[F], sent: Any) -> F:  # noqa: ANN401 - any JSON
    """Read what was sent as a model.

    Raises
    ------
    UnreadableEventError
        If it is not of that model.
    """
    try:
        return model.model_validate(sent)
    except ValidationError:
        raise UnreadableEventError from None  # pydantic's says what was sent


def handler(model: type[F], act: Callable[[F], Work | Asked | None]) -> EventHandler:
    """Make the handler that reads the ``event`` of an envelope as a model, and acts on it."""
    return lambda event: act(read(model, event))

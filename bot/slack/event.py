"""Reading an event strictly: what is not of the form that Slack documents is not acted on."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Work = Callable[[], None]
"""What is left to be done about an event, and may take longer."""
EventHandler = Callable[[Mapping[str, Any]], Work | None]


class UnreadableEventError(ValueError):
    """An event that Slack would not send; it says nothing of what is in it."""


class EventModel(BaseModel):
    """Something of an event; what is not named here is left alone."""

    model_config = ConfigDict(strict=True, frozen=True)


class EventObject(EventModel):
    """Whatever has an id."""

    id: str = Field(min_length=1)


class _Install(EventModel):
    team_id: str | None = None


class _Event(EventModel):
    type: str = Field(min_length=1)


class EventEnvelope(EventModel):
    """What is around every event, and what kind it is.

    References
    ----------
    https://docs.slack.dev/apis/events-api/#event-type-structure
    """

    team_id: str = Field(min_length=1)
    event: _Event
    authorizations: list[_Install] = Field(default_factory=list)

    def is_for(self, team_id: str) -> bool:
        """Tell whether it is for the app as it is installed in a workspace.

        What happens in a shared channel may have happened in the other workspace.
        """
        return team_id in {self.team_id, *(each.team_id for each in self.authorizations)}


F = TypeVar("F", bound=EventModel)


def read(form: type[F], sent: Any) -> F:  # noqa: ANN401 - any JSON
    """Return what was sent in a form.

    Raises
    ------
    UnreadableEventError
        If it is not of that form.
    """
    try:
        return form.model_validate(sent)
    except ValidationError:
        raise UnreadableEventError from None  # pydantic's says what was sent


def handler(form: type[F], act: Callable[[F], Work | None]) -> EventHandler:
    """Return what reads the inner part of an event in a form, and acts on it."""
    return lambda event: act(read(form, event))

"""A form that somebody filled in and submitted, read from what Slack sent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import UsageError, sentence
from bot.slack.asker import Asker, read_asker

Filled = str | tuple[str, ...]
"""What was typed or picked; all that was, where several can be. An empty field is empty text."""


class FieldsError(UsageError):
    """Fields of a form that cannot be used; ``said`` is what stands beside each of them."""

    def __init__(self, problems: Mapping[str, Exception]) -> None:
        self.said = {name: sentence(problem) for name, problem in problems.items()}
        super().__init__(" ".join(self.said.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Who submitted which form, what it was about, and what its fields hold by block id.

    ``view_id`` stays the same when a form is submitted again because something was wrong with it.
    """

    asker: Asker
    view_id: str
    callback_id: str
    about: Mapping[str, Any]
    fields: Mapping[str, Filled]

    @property
    def first_field(self) -> str:
        """The field where something is said that is wrong with none of them."""
        return next(iter(self.fields), "")

    def text(self, name: str) -> str:
        """Return what a field of one value holds."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def several(self, name: str) -> tuple[str, ...]:
        """Return what is ticked, or picked, where several can be."""
        value = self.fields.get(name, ())
        return value if isinstance(value, tuple) else ()


def read_submission(body: Mapping[str, Any]) -> Submission:
    """Return the submission of a ``view_submission`` payload; what is missing is empty.

    Slack says nothing of a channel there: the form was told, in its private metadata, where it was
    asked for.
    """
    view = body.get("view") or {}
    about = _object(view.get("private_metadata"))
    return Submission(
        asker=replace(read_asker(body), channel_id=str(about.get("channel_id") or "")),
        view_id=str(view.get("id") or ""),
        callback_id=str(view.get("callback_id") or ""),
        about=about,
        fields=dict(_fields((view.get("state") or {}).get("values") or {})),
    )


def _fields(values: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Filled]]:
    for block_id, elements in values.items():
        for element in elements.values():
            yield block_id, _filled(element)


def _filled(element: Mapping[str, Any]) -> Filled:
    for several in ("selected_users", "selected_conversations"):
        if several in element:
            return tuple(map(str, element[several] or ()))
    if "selected_options" in element:
        return tuple(str(option["value"]) for option in element["selected_options"] or ())
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value") or "")
    if "selected_date" in element:
        return str(element["selected_date"] or "")
    return str(element.get("value") or "")


def _object(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(str(text or "{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

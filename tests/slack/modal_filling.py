"""Filling in a modal, as far as its fields let a person."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tests.slack.errors import ImpossibleActionError
from tests.slack.modals import Modal

Filled = str | Collection[str] | None
"""Text, the value of an option or of several, or ids that are picked; None empties a field."""

TEXTS = {"plain_text_input": "value", "datepicker": "selected_date"}
INITIAL_TEXTS = {"plain_text_input": "initial_value", "datepicker": "initial_date"}
PEOPLE = {
    "multi_users_select": ("selected_users", "initial_users", "UW"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", "CGD"),
}
"""Where the ids are that somebody picks, those picked beforehand, and how they begin."""


def fill_in(modal: Modal, values: Mapping[str, Filled]) -> dict[str, dict[str, Any]]:
    """Return the state of a modal whose fields hold ``values``; others keep what they began with.

    Parameters
    ----------
    modal : Modal
        What the person sees.
    values : mapping
        By ``block_id``.

    Raises
    ------
    ImpossibleActionError
        If Slack's client would not let a person do that.
    """
    unknown = values.keys() - modal.inputs.keys()
    if unknown:
        raise ImpossibleActionError(f"there is no field {', '.join(sorted(unknown))}")
    state = {}
    for block_id, block in modal.inputs.items():
        element = block["element"]
        held = _filled(element, values[block_id]) if block_id in values else _begun(element)
        if not any(held.values()) and not block.get("optional", False):
            raise ImpossibleActionError(f"{block_id} has to be filled in")
        state[block_id] = {element["action_id"]: {"type": element["type"], **held}}
    return state


def _begun(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    if kind in TEXTS:
        return {TEXTS[kind]: element.get(INITIAL_TEXTS[kind]) or None}
    if kind == "static_select":
        return {"selected_option": element.get("initial_option")}
    if kind in PEOPLE:
        selected, initial, _ = PEOPLE[kind]
        return {selected: element.get(initial, [])}
    return {"selected_options": element.get("initial_options", [])}


def _filled(element: dict[str, Any], value: Filled) -> dict[str, Any]:
    kind = element["type"]
    if kind == "datepicker":
        return {TEXTS[kind]: _picked_date(element, value)}
    if kind in TEXTS:
        return {TEXTS[kind]: _typed(element, value)}
    if kind == "static_select":
        return {"selected_option": None if value is None else _option(element, value)}
    if kind == "checkboxes":
        assert not isinstance(value, str)
        return {"selected_options": [_option(element, one) for one in value or ()]}
    if kind in PEOPLE:
        assert not isinstance(value, str)
        return {PEOPLE[kind][0]: _picked(element, value or ())}
    raise ImpossibleActionError(f"nobody can fill in a {kind} here")


def _typed(element: dict[str, Any], value: Filled) -> str | None:
    if not value:
        return None
    assert isinstance(value, str)
    if len(value) > element.get("max_length", 3_000):
        raise ImpossibleActionError(f"{element['action_id']} does not take {len(value)} characters")
    return value


def _picked(element: dict[str, Any], ids: Collection[str]) -> list[str]:
    _, _, begin = PEOPLE[element["type"]]
    if len(ids) > element.get("max_selected_items", len(ids)):
        raise ImpossibleActionError(f"{element['action_id']} does not take {len(ids)}")
    if any(one[:1] not in begin for one in ids):
        raise ImpossibleActionError(f"{element['action_id']} offers nothing of the kind")
    return [*ids]


def _picked_date(element: dict[str, Any], value: Filled) -> str | None:
    """A day of the calendar, as YYYY-MM-DD; the calendar has no first and no last day."""
    if not value:
        return None
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 - a day
    except ValueError:
        raise ImpossibleActionError(f"{element['action_id']} has no day {value!r}") from None


def _option(element: dict[str, Any], value: object) -> dict[str, Any]:
    for option in element["options"]:
        if option["value"] == value:
            return dict(option)
    raise ImpossibleActionError(f"{element['action_id']} has no option {value!r}")

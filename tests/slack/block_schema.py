"""The shape of every block and element that the bot sends, as JSON Schema.

A kind or a field that the bot does not use is not here, and so refused: what begins to use one
adds it.

A keyword of our own, ``kinds``, names the object types that may stand at a place; each has its
schema in `DEFINITIONS`.
What one block must not do beside another is in `tests.slack.block_rules`.

References
----------
docs.slack.dev/reference/block-kit, read on 2026-11-21.
"""

from typing import Any

Schema = dict[str, Any]

MAX_ID = 255
MAX_INITIAL = 1_000
"""More people and conversations than any form picks beforehand; Slack names no limit."""
FLAG: Schema = {"type": "boolean"}
ID: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_ID}


def shape(required: Schema, optional: Schema | None = None) -> Schema:
    """Return an object that has all of ``required``, any of ``optional`` and nothing else."""
    return {
        "type": "object",
        "properties": {"type": {"type": "string"}, **required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def block(required: Schema, optional: Schema | None = None) -> Schema:
    """Return a `shape` that may carry a ``block_id``."""
    return shape(required, {"block_id": ID, **(optional or {})})


def element(required: Schema, optional: Schema | None = None) -> Schema:
    """Return a `shape` that a person can use, so that it may carry an ``action_id``."""
    return shape(required, {"action_id": ID, **(optional or {})})


def string(longest: int, *, shortest: int = 1) -> Schema:
    """Return a text of limited length."""
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def array(items: Schema, longest: int, *, shortest: int = 1) -> Schema:
    """Return a list of limited length."""
    return {"type": "array", "minItems": shortest, "maxItems": longest, "items": items}


def kinds(*names: str) -> Schema:
    """Return a place for one of the named object types."""
    return {"kinds": list(names)}


def text(longest: int) -> Schema:
    """Return a text object of either kind."""
    return kinds("plain_text", "mrkdwn") | {"properties": {"text": {"maxLength": longest}}}


def plain(longest: int) -> Schema:
    """Return a text object without markup."""
    return kinds("plain_text") | {"properties": {"text": {"maxLength": longest}}}


def whole(lowest: int, highest: int) -> Schema:
    """Return a whole number in a closed range."""
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def choice(*values: str) -> Schema:
    """Return one of a few words."""
    return {"enum": list(values)}


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION = shape({"text": text(75), "value": string(150)})
MENU_OPTION = shape({"text": plain(75), "value": string(150)})
PICKER: Schema = {"placeholder": plain(150), "confirm": CONFIRM}
MANY: Schema = PICKER | {"max_selected_items": whole(1, 2**31 - 1)}
CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": FLAG,
    },
)
PICTURE: Schema = {
    "alt_text": string(2_000),
    "slack_file": shape({"id": {"type": "string", "pattern": "^F[A-Z0-9]{8,}$"}}),
}

INLINE_LIST: Schema = {"type": "array", "items": kinds("text", "user", "channel")}

CELL = kinds("raw_text", "rich_text")
COLUMN_SETTING: Schema = {
    "anyOf": [
        {"type": "null"},
        shape({}, {"align": choice("left", "center", "right"), "is_wrapped": FLAG}),
    ]
}
NUMBER: Schema = {"type": "number"}
LABEL = string(20)
POINT = shape({"label": LABEL, "value": NUMBER})
SERIES_CHART = shape(
    {
        "series": array(shape({"name": LABEL, "data": array(POINT, 20)}), 12),
        "axis_config": shape({"categories": array(LABEL, 20)}, {"y_label": string(50)}),
    }
)

IN_ACTIONS = ("button", "static_select", "overflow", "checkboxes", "datepicker")
IN_MODAL = (
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
)
IN_HOME = (*IN_MODAL, "table")
IN_MESSAGE = (*IN_HOME, "data_visualization")
IN_INPUT = (
    *(name for name in IN_ACTIONS if name not in {"button", "overflow"}),
    "multi_conversations_select",
    "multi_users_select",
    "plain_text_input",
)

BLOCKS: dict[str, Schema] = {
    "actions": block({"elements": array(kinds(*IN_ACTIONS), 25)}),
    "context": block({"elements": array(kinds("plain_text", "mrkdwn", "image_element"), 10)}),
    "data_visualization": block({"title": string(50), "chart": kinds("bar", "line")}),
    "divider": block({}),
    "header": block({"text": plain(150)}, {"level": whole(1, 4)}),
    "image": block(PICTURE, {"title": plain(2_000)}),
    "input": block(
        {"label": plain(2_000), "element": kinds(*IN_INPUT)},
        {"hint": plain(2_000), "optional": FLAG},
    ),
    "rich_text": block(
        {"elements": {"type": "array", "items": kinds("rich_text_section", "rich_text_list")}}
    ),
    "section": block(
        {"text": text(3_000)},
        {"accessory": kinds(*IN_ACTIONS, "image_element"), "expand": FLAG},
    ),
    "table": block(
        {"rows": array(array(CELL, 20), 100)},
        {"column_settings": array(COLUMN_SETTING, 20, shortest=0)},
    ),
}

ELEMENTS: dict[str, Schema] = {
    "button": element(
        {"text": plain(75)},
        {
            "value": string(2_000, shortest=0),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
        },
    ),
    "checkboxes": element(
        {"options": array(OPTION, 10)},
        {"initial_options": array(OPTION, 10), "confirm": CONFIRM},
    ),
    "datepicker": element(
        {}, PICKER | {"initial_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}}
    ),
    "image_element": shape(PICTURE),
    "multi_conversations_select": element(
        {},
        MANY | {"initial_conversations": array(ID, MAX_INITIAL), "filter": CONVERSATION_FILTER},
    ),
    "multi_users_select": element({}, MANY | {"initial_users": array(ID, MAX_INITIAL)}),
    "overflow": element({"options": array(OPTION, 5)}, {"confirm": CONFIRM}),
    "plain_text_input": element(
        {},
        {
            "initial_value": string(3_000, shortest=0),
            "multiline": FLAG,
            "max_length": whole(1, 3_000),
            "placeholder": plain(150),
        },
    ),
    "static_select": element(
        {"options": array(MENU_OPTION, 100)}, PICKER | {"initial_option": MENU_OPTION}
    ),
}

TEXTS: dict[str, Schema] = {
    "plain_text": shape({"text": string(3_000)}, {"emoji": FLAG}),
    "mrkdwn": shape({"text": string(3_000)}),
    "raw_text": shape({"text": {"type": "string", "minLength": 1}}),
    "rich_text_section": shape({"elements": INLINE_LIST}),
    "rich_text_list": shape(
        {
            "style": choice("bullet"),
            "elements": {"type": "array", "items": kinds("rich_text_section")},
        }
    ),
    "text": shape(
        {"text": {"type": "string", "minLength": 1}}, {"style": shape({}, {"bold": FLAG})}
    ),
    "user": shape({"user_id": ID}),
    "channel": shape({"channel_id": ID}),
}

DEFINITIONS: dict[str, Schema] = (
    BLOCKS | ELEMENTS | TEXTS | {"bar": SERIES_CHART, "line": SERIES_CHART}
)
"""By the value of ``type``, but for ``image_element``: an image that is no block of its own."""

MESSAGE_BLOCKS: Schema = array(kinds(*IN_MESSAGE), 50, shortest=0)
HOME_BLOCKS: Schema = array(kinds(*IN_HOME), 100, shortest=0)

VIEW_TITLE = 24
MODAL_VIEW: Schema = shape(
    {"title": plain(VIEW_TITLE), "blocks": array(kinds(*IN_MODAL), 100, shortest=0)},
    {
        "submit": plain(VIEW_TITLE),
        "close": plain(VIEW_TITLE),
        "callback_id": string(MAX_ID),
        "private_metadata": string(3_000, shortest=0),
    },
)

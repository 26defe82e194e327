"""The shape of every block and element, as JSON Schema with three keywords of our own.

``kinds`` names the object types that may stand at a place; each has its schema in `DEFINITIONS`.
``exactlyOne`` and ``atLeastOne`` name properties that exclude or need each other. What one block
must not do beside another is in `tests.slack.block_rules`.

References
----------
docs.slack.dev/reference/block-kit, read on 2026-11-21.
"""

from typing import Any

Schema = dict[str, Any]

MAX_ID = 255
MAX_URL = 3_000
MAX_INITIAL = 1_000
"""More people and conversations than any form picks beforehand; Slack names no limit."""
FLAG: Schema = {"type": "boolean"}
ID: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_ID}
URL: Schema = {"type": "string", "maxLength": MAX_URL, "pattern": "^https?://"}
RICH_CONTAINERS = [
    "rich_text_section",
    "rich_text_list",
    "rich_text_preformatted",
    "rich_text_quote",
]


def shape(required: Schema, optional: Schema | None = None, **keywords: list[str]) -> Schema:
    """Return an object that has all of ``required``, any of ``optional`` and nothing else."""
    return {
        "type": "object",
        "properties": {"type": {"type": "string"}, **required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
        **keywords,
    }


def block(required: Schema, optional: Schema | None = None, **keywords: list[str]) -> Schema:
    """Return a `shape` that may carry a ``block_id``."""
    return shape(required, {"block_id": ID, **(optional or {})}, **keywords)


def element(required: Schema, optional: Schema | None = None, **keywords: list[str]) -> Schema:
    """Return a `shape` that a person can use, so that it may carry an ``action_id``."""
    return shape(required, {"action_id": ID, **(optional or {})}, **keywords)


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
OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75), "url": URL})
MENU_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
OPTION_GROUP = shape({"label": plain(75), "options": array(MENU_OPTION, 100)})
MENU: Schema = {
    "options": array(MENU_OPTION, 100),
    "option_groups": array(OPTION_GROUP, 100),
    "placeholder": plain(150),
    "confirm": CONFIRM,
    "focus_on_load": FLAG,
}
PICKER: Schema = {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": FLAG}
MANY: Schema = PICKER | {"max_selected_items": whole(1, 2**31 - 1)}
CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": FLAG,
        "exclude_bot_users": FLAG,
    },
)
SLACK_FILE = shape(
    {},
    {"id": {"type": "string", "pattern": "^F[A-Z0-9]{8,}$"}, "url": URL},
    exactlyOne=["id", "url"],
)
PICTURE: Schema = {"image_url": URL, "slack_file": SLACK_FILE}
ALT_TEXT = string(2_000)
FEEDBACK = shape({"text": plain(75), "value": string(2_000)}, {"accessibility_label": string(75)})

STYLE = shape(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), FLAG)
)
INLINE = kinds(
    "text", "link", "emoji", "user", "channel", "usergroup", "date", "broadcast", "color"
)
INLINE_LIST: Schema = {"type": "array", "items": INLINE}
BORDER: Schema = {"border": whole(0, 1)}

CELL = kinds("raw_text", "raw_number", "rich_text")
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
        "axis_config": shape(
            {"categories": array(LABEL, 20)}, {"x_label": string(50), "y_label": string(50)}
        ),
    }
)
PIE_CHART = shape(
    {
        "segments": array(
            shape({"label": LABEL, "value": {"type": "number", "exclusiveMinimum": 0}}), 12
        )
    }
)

IN_ACTIONS = (
    "button",
    "static_select",
    "overflow",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
    "users_select",
    "conversations_select",
    "channels_select",
)
IN_CONTAINER = (
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
IN_MESSAGE = (
    *IN_CONTAINER,
    "card",
    "carousel",
    "container",
    "context_actions",
    "data_table",
    "data_visualization",
    "markdown",
    "plan",
    "task_card",
)
"""Not ``alert`` (views only) and not ``file`` (comes back from Slack, cannot be posted)."""

IN_MODAL = (
    "actions",
    "alert",
    "card",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "video",
)
IN_INPUT = (
    *(name for name in IN_ACTIONS if name not in {"button", "overflow"}),
    "multi_conversations_select",
    "multi_static_select",
    "multi_users_select",
    "plain_text_input",
)

BLOCKS: dict[str, Schema] = {
    "actions": block({"elements": array(kinds(*IN_ACTIONS), 25)}),
    "alert": block(
        {"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}
    ),
    "card": block(
        {},
        {
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "subtext": text(200),
            "hero_image": kinds("image"),
            "icon": kinds("image"),
            "slack_icon": {"type": "object"},
            "actions": array(kinds("button"), 3),
        },
    ),
    "carousel": block({"elements": array(kinds("card"), 10)}),
    "container": block(
        {"child_blocks": array(kinds(*IN_CONTAINER), 10)},
        {
            "title": text(150),
            "rich_text_title": kinds("rich_text"),
            "subtitle": text(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "is_collapsible": FLAG,
            "default_collapsed": FLAG,
        },
        exactlyOne=["title", "rich_text_title"],
    ),
    "context": block({"elements": array(kinds("plain_text", "mrkdwn", "image_element"), 10)}),
    "context_actions": block({"elements": array(kinds("feedback_buttons", "icon_button"), 5)}),
    "data_table": block(
        {
            "caption": {"type": "string", "minLength": 1},
            "rows": array(array(CELL, 20), 201, shortest=2),
        },
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
    ),
    "data_visualization": block(
        {"title": string(50), "chart": kinds("pie", "bar", "line", "area")}
    ),
    "divider": block({}),
    "header": block({"text": plain(150)}, {"level": whole(1, 4)}),
    "image": block(
        {"alt_text": ALT_TEXT},
        PICTURE | {"title": plain(2_000)},
        exactlyOne=["image_url", "slack_file"],
    ),
    "input": block(
        {"label": plain(2_000), "element": kinds(*IN_INPUT)},
        {"hint": plain(2_000), "optional": FLAG, "dispatch_action": FLAG},
    ),
    "markdown": block({"text": string(12_000)}),
    "plan": block(
        {"title": {"type": "string", "minLength": 1}}, {"tasks": array(kinds("task_card"), 50)}
    ),
    "rich_text": block({"elements": {"type": "array", "items": kinds(*RICH_CONTAINERS)}}),
    "section": block(
        {},
        {
            "text": text(3_000),
            "fields": array(text(2_000), 10),
            "accessory": kinds(
                *IN_ACTIONS,
                "image_element",
                "multi_conversations_select",
                "multi_static_select",
                "multi_users_select",
            ),
            "expand": FLAG,
        },
        atLeastOne=["text", "fields"],
    ),
    "table": block(
        {"rows": array(array(CELL, 20), 100)},
        {"column_settings": array(COLUMN_SETTING, 20, shortest=0)},
    ),
    "task_card": block(
        {"task_id": ID, "title": {"type": "string", "minLength": 1}},
        {
            "status": choice("pending", "in_progress", "complete", "error"),
            "details": kinds("rich_text"),
            "output": kinds("rich_text"),
            "sources": {"type": "array"},
        },
    ),
    "video": block(
        {"alt_text": ALT_TEXT, "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(50),
            "title_url": URL,
        },
    ),
}

ELEMENTS: dict[str, Schema] = {
    "button": element(
        {"text": plain(75)},
        {
            "url": URL,
            "value": string(2_000, shortest=0),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "channels_select": element({}, PICKER | {"initial_channel": ID}),
    "checkboxes": element(
        {"options": array(OPTION, 10)},
        {"initial_options": array(OPTION, 10), "confirm": CONFIRM, "focus_on_load": FLAG},
    ),
    "conversations_select": element(
        {},
        PICKER
        | {
            "initial_conversation": ID,
            "default_to_current_conversation": FLAG,
            "response_url_enabled": FLAG,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "datepicker": element(
        {}, PICKER | {"initial_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}}
    ),
    "feedback_buttons": element({"positive_button": FEEDBACK, "negative_button": FEEDBACK}),
    "icon_button": element(
        {"icon": choice("trash"), "text": plain(75)},
        {
            "value": string(2_000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": {"type": "array"},
        },
    ),
    "image_element": shape({"alt_text": ALT_TEXT}, PICTURE, exactlyOne=["image_url", "slack_file"]),
    "multi_conversations_select": element(
        {},
        MANY
        | {
            "initial_conversations": array(ID, MAX_INITIAL),
            "default_to_current_conversation": FLAG,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_static_select": element(
        {}, MENU | {"max_selected_items": whole(1, 100)}, exactlyOne=["options", "option_groups"]
    ),
    "multi_users_select": element({}, MANY | {"initial_users": array(ID, MAX_INITIAL)}),
    "overflow": element({"options": array(OPTION, 5)}, {"confirm": CONFIRM}),
    "plain_text_input": element(
        {},
        {
            "initial_value": string(3_000, shortest=0),
            "multiline": FLAG,
            "min_length": whole(0, 3_000),
            "max_length": whole(1, 3_000),
            "placeholder": plain(150),
            "focus_on_load": FLAG,
        },
    ),
    "radio_buttons": element(
        {"options": array(OPTION, 10)},
        {"initial_option": OPTION, "confirm": CONFIRM, "focus_on_load": FLAG},
    ),
    "static_select": element(
        {}, MENU | {"initial_option": MENU_OPTION}, exactlyOne=["options", "option_groups"]
    ),
    "timepicker": element(
        {}, PICKER | {"initial_time": {"type": "string", "pattern": r"^\d\d:\d\d$"}}
    ),
    "users_select": element({}, PICKER | {"initial_user": ID}),
}

TEXTS: dict[str, Schema] = {
    "plain_text": shape({"text": string(3_000)}, {"emoji": FLAG}),
    "mrkdwn": shape({"text": string(3_000)}, {"verbatim": FLAG}),
    "raw_text": shape({"text": {"type": "string", "minLength": 1}}),
    "raw_number": shape({"value": NUMBER, "text": {"type": "string", "minLength": 1}}),
    "rich_text_section": shape({"elements": INLINE_LIST}),
    "rich_text_quote": shape({"elements": INLINE_LIST}, BORDER),
    "rich_text_preformatted": shape(
        {"elements": {"type": "array", "items": kinds("text", "link")}},
        BORDER | {"language": string(100)},
    ),
    "rich_text_list": shape(
        {
            "style": choice("bullet", "ordered"),
            "elements": {"type": "array", "items": kinds("rich_text_section")},
        },
        BORDER | {"indent": whole(0, 8), "offset": whole(0, 10_000)},
    ),
    "text": shape({"text": {"type": "string", "minLength": 1}}, {"style": STYLE}),
    "link": shape(
        {"url": URL | {"pattern": "^(https?://|mailto:)"}},
        {"text": {"type": "string", "minLength": 1}, "unsafe": FLAG, "style": STYLE},
    ),
    "emoji": shape({"name": ID}, {"unicode": ID, "skin_tone": whole(1, 6), "style": STYLE}),
    "user": shape({"user_id": ID}, {"style": STYLE}),
    "channel": shape({"channel_id": ID}, {"style": STYLE}),
    "usergroup": shape({"usergroup_id": ID}, {"style": STYLE}),
    "date": shape(
        {"timestamp": {"type": "integer"}, "format": ID},
        {"url": URL, "fallback": ID, "style": STYLE},
    ),
    "broadcast": shape({"range": choice("here", "channel", "everyone")}, {"style": STYLE}),
    "color": shape({"value": ID}, {"style": STYLE}),
}

CHARTS: dict[str, Schema] = {
    "pie": PIE_CHART,
    "bar": SERIES_CHART,
    "line": SERIES_CHART,
    "area": SERIES_CHART,
}

DEFINITIONS: dict[str, Schema] = BLOCKS | ELEMENTS | TEXTS | CHARTS
"""By the value of ``type``, but for ``image_element``: an image that is no block of its own."""

IN_HOME = (*IN_CONTAINER, "card", "carousel", "container", "data_table")

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
        "external_id": string(MAX_ID),
        "clear_on_close": FLAG,
        "notify_on_close": FLAG,
        "submit_disabled": FLAG,
    },
)

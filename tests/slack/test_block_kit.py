from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slack.block_kit import find_errors

Block = dict[str, Any]


def plain(length: int) -> Block:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Block:
    return {"type": "mrkdwn", "text": "x" * length}


def button(action_id: str = "go", *, label: int = 4, value: int = 4) -> Block:
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": "v" * value}


def buttons(count: int) -> list[Block]:
    return [button(f"go-{number}") for number in range(count)]


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def section(length: int) -> Block:
    return {"type": "section", "text": mrkdwn(length)}


def image(file_id: str = "F00000001", alt_text: str = "NRR fell") -> Block:
    return {"type": "image", "alt_text": alt_text, "slack_file": {"id": file_id}}


def select(options: int) -> Block:
    entries = [{"text": plain(3), "value": str(number)} for number in range(options)]
    return {"type": "static_select", "action_id": "pick", "options": entries}


def raw(length: int) -> Block:
    return {"type": "raw_text", "text": "x" * length}


def rich() -> Block:
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return {"type": "rich_text", "elements": [inner]}


def table(rows: int, columns: int = 2, *, length: int = 1) -> Block:
    return {"type": "table", "rows": [[raw(length)] * columns] * rows}


def chart(*, series: int = 1, points: int = 3, title: int = 5, kind: str = "bar") -> Block:
    labels = [f"month {position}" for position in range(points)]
    data = [{"label": label, "value": -1.5} for label in labels]
    return {
        "type": "data_visualization",
        "title": "t" * title,
        "chart": {
            "type": kind,
            "series": [{"name": f"segment {i}", "data": deepcopy(data)} for i in range(series)],
            "axis_config": {"categories": labels, "y_label": "y" * 50},
        },
    }


def changed(block: Block, *path: str | int, to: object) -> Block:
    copy = deepcopy(block)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return copy


DIVIDER = {"type": "divider"}
LIMITS = [
    pytest.param([DIVIDER] * 50, [DIVIDER] * 51, "/blocks", id="50-blocks"),
    pytest.param(
        [DIVIDER | {"block_id": "b" * 255}],
        [DIVIDER | {"block_id": "b" * 256}],
        "/blocks/0/block_id",
        id="block_id-255",
    ),
    pytest.param(
        [DIVIDER | {"block_id": "a"}, DIVIDER | {"block_id": "b"}],
        [DIVIDER | {"block_id": "a"}, DIVIDER | {"block_id": "a"}],
        "/blocks/1/block_id",
        id="block_id-unique",
    ),
    pytest.param(
        [actions(button("a"), button("b")), actions(button("a"))],
        [actions(button("a"), button("a"))],
        "/blocks/0/elements/1/action_id",
        id="action_id-unique-in-its-block",
    ),
    pytest.param(
        [actions(button("a" * 255))],
        [actions(button("a" * 256))],
        "/blocks/0/elements/0/action_id",
        id="action_id-255",
    ),
    pytest.param(
        [actions(*buttons(25))], [actions(*buttons(26))], "/blocks/0/elements", id="actions-25"
    ),
    pytest.param([actions(button())], [actions()], "/blocks/0/elements", id="actions-not-empty"),
    pytest.param(
        [actions(button(label=75))],
        [actions(button(label=76))],
        "/blocks/0/elements/0/text/text",
        id="button-text-75",
    ),
    pytest.param(
        [actions(button(value=2_000))],
        [actions(button(value=2_001))],
        "/blocks/0/elements/0/value",
        id="button-value-2000",
    ),
    pytest.param(
        [actions(button() | {"style": "danger"})],
        [actions(button() | {"style": "warning"})],
        "/blocks/0/elements/0/style",
        id="button-style",
    ),
    pytest.param(
        [actions(button())],
        [actions(button() | {"text": mrkdwn(4)})],
        "/blocks/0/elements/0/text/type",
        id="button-text-is-plain",
    ),
    pytest.param(
        [actions(select(100))],
        [actions(select(101))],
        "/blocks/0/elements/0/options",
        id="select-100-options",
    ),
    pytest.param([section(3_000)], [section(3_001)], "/blocks/0/text/text", id="section-3000"),
    pytest.param([section(1)], [section(0)], "/blocks/0/text/text", id="section-not-empty"),
    pytest.param([section(1)], [{"type": "section"}], "/blocks/0", id="section-text"),
    pytest.param(
        [table(1)],
        [changed(table(1), "rows", 0, 0, to=raw(0))],
        "/blocks/0/rows/0/0/text",
        id="table-cell-not-empty",
    ),
    pytest.param(
        [{"type": "header", "text": plain(150)}],
        [{"type": "header", "text": plain(151)}],
        "/blocks/0/text/text",
        id="header-150",
    ),
    pytest.param(
        [{"type": "header", "text": plain(1), "level": 4}],
        [{"type": "header", "text": plain(1), "level": 5}],
        "/blocks/0/level",
        id="header-level-4",
    ),
    pytest.param(
        [{"type": "context", "elements": [mrkdwn(5)] * 10}],
        [{"type": "context", "elements": [mrkdwn(5)] * 11}],
        "/blocks/0/elements",
        id="context-10",
    ),
    pytest.param(
        [image()],
        [{"type": "image", "slack_file": {"id": "F00000001"}}],
        "/blocks/0",
        id="image-needs-alt_text",
    ),
    pytest.param(
        [image(alt_text="a" * 2_000)],
        [image(alt_text="a" * 2_001)],
        "/blocks/0/alt_text",
        id="alt_text-2000",
    ),
    pytest.param(
        [image()],
        [image("F1")],
        "/blocks/0/slack_file/id",
        id="slack_file-id-pattern",
    ),
    pytest.param([table(100)], [table(101)], "/blocks/0/rows", id="table-100-rows"),
    pytest.param([table(1, 20)], [table(1, 21)], "/blocks/0/rows/0", id="table-20-cells"),
    pytest.param(
        [table(100, length=50)], [table(99, length=51)], "/blocks/0", id="table-10000-characters"
    ),
    pytest.param(
        [table(50, length=50)] * 2,
        [table(50, length=50), table(51, length=50)],
        "/blocks/1",
        id="table-10000-characters-in-all",
    ),
    pytest.param(
        [changed(table(1), "rows", 0, 0, to=rich())],
        [changed(table(1), "rows", 0, 0, to=mrkdwn(1))],
        "/blocks/0/rows/0/0/type",
        id="table-cell-kind",
    ),
    pytest.param(
        [table(1) | {"column_settings": [None, {"align": "right"}] * 10}],
        [table(1) | {"column_settings": [None] * 21}],
        "/blocks/0/column_settings",
        id="table-20-column_settings",
    ),
    pytest.param([chart()] * 2, [chart()] * 3, "/blocks/2", id="2-charts"),
    pytest.param([chart(title=50)], [chart(title=51)], "/blocks/0/title", id="chart-title-50"),
    pytest.param(
        [chart(series=12)], [chart(series=13)], "/blocks/0/chart/series", id="chart-12-series"
    ),
    pytest.param(
        [chart(points=20)],
        [chart(points=21)],
        "/blocks/0/chart/axis_config/categories",
        id="chart-20-points",
    ),
    pytest.param(
        [changed(chart(), "chart", "series", 0, "name", to="n" * 20)],
        [changed(chart(), "chart", "series", 0, "name", to="n" * 21)],
        "/blocks/0/chart/series/0/name",
        id="series-name-20",
    ),
    pytest.param(
        [chart(series=2)],
        [changed(chart(series=2), "chart", "series", 1, "name", to="segment 0")],
        "/blocks/0/chart/series/1/name",
        id="series-name-unique",
    ),
    pytest.param(
        [chart()],
        [changed(chart(), "chart", "series", 0, "data", 2, "label", to="month 1")],
        "/blocks/0/chart/series/0/data",
        id="one-point-per-category",
    ),
    pytest.param(
        [chart()],
        [changed(chart(), "chart", "series", 0, "data", 0, "value", to="12")],
        "/blocks/0/chart/series/0/data/0/value",
        id="point-is-a-number",
    ),
    pytest.param(
        [chart()],
        [changed(chart(), "chart", "axis_config", "y_label", to="y" * 51)],
        "/blocks/0/chart/axis_config/y_label",
        id="axis-label-50",
    ),
    pytest.param(
        [chart(kind="line")],
        [chart(kind="waterfall")],
        "/blocks/0/chart/type",
        id="chart-kind",
    ),
    pytest.param(
        [DIVIDER], [{"type": "alert", "text": "x"}], "/blocks/0/type", id="alert-is-for-views"
    ),
    pytest.param([DIVIDER], [{"type": "chart"}], "/blocks/0/type", id="known-blocks-only"),
    pytest.param([DIVIDER], [{}], "/blocks/0", id="a-block-has-a-type"),
    pytest.param([DIVIDER], [DIVIDER | {"colour": 1}], "/blocks/0", id="known-properties-only"),
    pytest.param([], {"type": "divider"}, "/blocks", id="blocks-are-a-list"),
]


@pytest.mark.parametrize(("at_limit", "one_over", "pointer"), LIMITS)
def test_the_limit_is_accepted_and_one_over_is_refused_with_its_pointer(
    at_limit: list[Block], one_over: list[Block], pointer: str
) -> None:
    assert find_errors(at_limit) == []
    assert pointer in [error.pointer for error in find_errors(one_over)]


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        pytest.param([section(3_001)], "must be less than 3001 characters", id="too-long"),
        pytest.param([section(0)], "must be more than 0 characters", id="empty"),
        pytest.param([DIVIDER] * 51, "no more than 50 items allowed", id="too-many"),
        pytest.param([{"type": "header"}], "missing required field: text", id="missing"),
        pytest.param([DIVIDER | {"x": 1}], "invalid additional property: x", id="unknown"),
        pytest.param([{"type": "pizza"}], "unsupported type: pizza", id="unknown-type"),
    ],
)
def test_errors_are_worded_as_slack_words_them(blocks: list[Block], message: str) -> None:
    assert [error.message for error in find_errors(blocks)] == [message]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "rows", "chart"]) | st.text(max_size=3),
            inner | st.sampled_from(["section", "table", "actions", "data_visualization", "bar"]),
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_value_is_more_than_the_validator_can_judge(value: object) -> None:
    errors = find_errors(value)

    assert errors or isinstance(value, list)
    assert all(error.pointer.startswith("/blocks") and error.message for error in errors)

"""Rules between the parts of a message's blocks, which no schema of one block can hold."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_CHARTS = 2
MAX_TABLE_CHARS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockError:
    """One thing that is wrong; ``pointer`` is a JSON pointer from the message's top."""

    pointer: str
    message: str


def find_conflicts(blocks: list[dict[str, Any]]) -> Iterator[BlockError]:
    """Yield what is wrong between blocks, or between fields of a block, each right by itself."""
    yield from _repeated_block_ids(blocks)
    yield from _too_many_charts(blocks)
    yield from _too_long_tables(blocks)
    for index, block in enumerate(blocks):
        pointer = f"/blocks/{index}"
        yield from _repeated_action_ids(block, pointer)
        if block["type"] == "data_visualization":
            yield from _uneven_series(block["chart"], f"{pointer}/chart")


def find_modal_conflicts(view: dict[str, Any]) -> Iterator[BlockError]:
    """Yield what is wrong with the inputs of a modal whose blocks are right by themselves.

    Stricter than Slack: an input without ids of its own is refused, because Slack would make them
    up, and the bot could not know what was filled in.
    """
    inputs = [(n, block) for n, block in enumerate(view["blocks"]) if block["type"] == "input"]
    if inputs and "submit" not in view:
        yield BlockError(pointer="/view", message="missing required field: submit")
    for index, block in inputs:
        pointer = f"/view/blocks/{index}"
        if "block_id" not in block:
            yield BlockError(pointer=pointer, message="missing required field: block_id")
        if "action_id" not in block["element"]:
            yield BlockError(
                pointer=f"{pointer}/element", message="missing required field: action_id"
            )
        yield from _foreign_initials(block["element"], f"{pointer}/element")


def _foreign_initials(element: dict[str, Any], pointer: str) -> Iterator[BlockError]:
    for name in ("initial_option", "initial_options"):
        given = element.get(name, [])
        for option in given if isinstance(given, list) else [given]:
            if option not in element["options"]:
                yield BlockError(
                    pointer=f"{pointer}/{name}", message="must be one of the provided options"
                )


def walk(value: object, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every JSON object inside ``value`` with its pointer, outermost first."""
    if isinstance(value, dict):
        yield pointer, value
        for key, inner in value.items():
            yield from walk(inner, f"{pointer}/{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{pointer}/{index}")


def characters(value: object) -> int:
    """Return how many characters a table's cells show."""
    return sum(len(thing["text"]) for _, thing in walk(value) if isinstance(thing.get("text"), str))


def _repeated_block_ids(blocks: list[dict[str, Any]]) -> Iterator[BlockError]:
    seen: set[str] = set()
    for pointer, thing in walk(blocks, "/blocks"):
        block_id = thing.get("block_id")
        if block_id is None:
            continue
        if block_id in seen:
            yield BlockError(
                pointer=f"{pointer}/block_id", message=f"block_id {block_id} already exists"
            )
        seen.add(block_id)


def _repeated_action_ids(block: dict[str, Any], pointer: str) -> Iterator[BlockError]:
    seen: set[str] = set()
    for place, thing in walk(block, pointer):
        action_id = thing.get("action_id")
        if action_id is None:
            continue
        if action_id in seen:
            yield BlockError(
                pointer=f"{place}/action_id",
                message=f"action_id {action_id} already exists for this block",
            )
        seen.add(action_id)


def _too_many_charts(blocks: list[dict[str, Any]]) -> Iterator[BlockError]:
    charts = [i for i, block in enumerate(blocks) if block["type"] == "data_visualization"]
    for index in charts[MAX_CHARTS:]:
        yield BlockError(
            pointer=f"/blocks/{index}",
            message=f"no more than {MAX_CHARTS} data_visualization blocks allowed",
        )


def _too_long_tables(blocks: list[dict[str, Any]]) -> Iterator[BlockError]:
    total = 0
    for index, block in enumerate(blocks):
        if block["type"] != "table":
            continue
        total += characters(block["rows"])
        if total > MAX_TABLE_CHARS:
            yield BlockError(
                pointer=f"/blocks/{index}",
                message=f"table blocks must be less than {MAX_TABLE_CHARS + 1} characters together",
            )


def _uneven_series(chart: dict[str, Any], pointer: str) -> Iterator[BlockError]:
    categories = Counter(chart["axis_config"]["categories"])
    if categories.total() != len(categories):
        yield BlockError(
            pointer=f"{pointer}/axis_config/categories", message="categories must be unique"
        )
    names: set[str] = set()
    for index, series in enumerate(chart["series"]):
        place = f"{pointer}/series/{index}"
        if series["name"] in names:
            yield BlockError(pointer=f"{place}/name", message="series names must be unique")
        names.add(series["name"])
        if Counter(point["label"] for point in series["data"]) != categories:
            yield BlockError(
                pointer=f"{place}/data", message="must have exactly one point per category"
            )

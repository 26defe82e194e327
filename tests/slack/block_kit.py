"""Tells what Slack would refuse about a message's blocks, and where."""

from collections.abc import Callable, Iterator
from enum import StrEnum, unique
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from tests.slack.block_rules import BlockError, find_conflicts, find_modal_conflicts
from tests.slack.block_schema import DEFINITIONS, HOME_BLOCKS, MESSAGE_BLOCKS, MODAL_VIEW, Schema

WORDS: dict[str, Callable[[Any], str]] = {
    "maxLength": lambda limit: f"must be less than {limit + 1} characters",
    "minLength": lambda limit: f"must be more than {limit - 1} characters",
    "maxItems": lambda limit: f"no more than {limit} items allowed",
    "minItems": lambda limit: f"must have at least {limit} items",
    "type": lambda limit: f"must provide a {limit}",
    "pattern": lambda limit: f"must match {limit}",
    "enum": lambda limit: f"must be one of: {', '.join(limit)}",
    "minimum": lambda limit: f"must be at least {limit}",
    "maximum": lambda limit: f"must be at most {limit}",
    "anyOf": lambda _: "failed to match all allowed schemas",
}


@unique
class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    HOME = "home"


def find_errors(blocks: object, surface: Surface = Surface.MESSAGE) -> list[BlockError]:
    """Return every error in blocks, in the words of Slack; an empty list is good.

    Conflicts between blocks are looked for only when each block is right by itself.
    """
    wrong = _find_wrong(VALIDATORS[surface], blocks, top="/blocks")
    if wrong:
        return wrong
    assert isinstance(blocks, list)
    return list(find_conflicts(blocks))


def find_modal_errors(view: object) -> list[BlockError]:
    """Return every error in the view of a modal; pointers begin at ``/view``."""
    wrong = _find_wrong(MODAL_VALIDATOR, view, top="/view")
    if wrong:
        return wrong
    assert isinstance(view, dict)
    between = find_conflicts(view["blocks"])
    return [
        *(BlockError(pointer=f"/view{one.pointer}", message=one.message) for one in between),
        *find_modal_conflicts(view),
    ]


def _find_wrong(validator: Any, value: object, *, top: str) -> list[BlockError]:  # noqa: ANN401
    found = validator.iter_errors(value)
    wrong = sorted(found, key=lambda error: list(map(str, error.path)))
    said = (BlockError(pointer=_pointer(error, top), message=_words(error)) for error in wrong)
    return list(dict.fromkeys(said))


def _kinds(
    validator: Any,  # noqa: ANN401 - jsonschema has no public type for an extended validator
    names: list[str],
    instance: object,
    _: Schema,
) -> Iterator[ValidationError]:
    """Judge an object by the schema that its ``type`` names, if that type may stand here."""
    if not isinstance(instance, dict):
        yield ValidationError("must provide an object")
        return
    kind = instance.get("type")
    name = f"{kind}_element" if kind == "image" and "image_element" in names else kind
    if name in names:
        yield from validator.descend(instance, DEFINITIONS[str(name)])
    elif kind is None:
        yield ValidationError("missing required field: type")
    else:
        yield ValidationError(f"unsupported type: {kind}", path=["type"])


# The stubs leave the arguments of `extend` without types.
BlockValidator = extend(Draft202012Validator, {"kinds": _kinds})  # type: ignore[no-untyped-call]
VALIDATORS = {
    Surface.MESSAGE: BlockValidator(MESSAGE_BLOCKS),
    Surface.HOME: BlockValidator(HOME_BLOCKS),
}
MODAL_VALIDATOR = BlockValidator(MODAL_VIEW)


def _pointer(error: ValidationError, top: str) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path]
    return "/".join([top, *parts])


def _words(error: ValidationError) -> str:
    """Return an error as Slack words it; jsonschema's own words quote the whole value."""
    keyword = str(error.validator)
    if keyword == "required":
        return "missing required field: {1}".format(*error.message.split("'"))
    if keyword == "additionalProperties":
        return f"invalid additional property: {_unknown(error)}"
    return WORDS[keyword](error.validator_value) if keyword in WORDS else error.message


def _unknown(error: ValidationError) -> str:
    known = error.schema["properties"] if isinstance(error.schema, dict) else {}
    instance = error.instance if isinstance(error.instance, dict) else {}
    return ", ".join(name for name in instance if name not in known)

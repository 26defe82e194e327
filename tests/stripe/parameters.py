"""Query strings as Stripe reads them: nested names, lists, and nothing that it does not know."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.stripe.refusals import JsonObject, StripeRefusal, unknown_parameter

PART = re.compile(r"\[([^\]]*)\]")

Read = Callable[[str, Any], Any]


def nested(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Return ``a[b]=1`` as objects and ``a[]=1`` or ``a[0]=1`` as lists."""
    found: JsonObject = {}
    for name, value in pairs:
        head, *rest = name.split("[", 1)
        parts = PART.findall("[" + rest[0]) if rest else []
        if not parts:
            found[head] = value
        elif parts[0] == "" or parts[0].isdigit():
            found.setdefault(head, []).append(value)
        else:
            found.setdefault(head, {})[parts[0]] = value
    return found


def read(given: Mapping[str, Any], known: Mapping[str, Read]) -> JsonObject:
    """Return every parameter as what it is for, and refuse those that are not ``known``."""
    for name in given:
        if name not in known:
            raise unknown_parameter(name)
    return {name: known[name](name, value) for name, value in given.items()}


def text(name: str, value: object) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str):
        raise StripeRefusal("Invalid string", param=name)
    if not value:
        raise StripeRefusal(
            f"You passed an empty string for '{name}'.", code="parameter_invalid_empty", param=name
        )
    return value


def integer(name: str, value: object) -> int:
    """Read a whole number."""
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+", value):
        raise StripeRefusal(
            f"Invalid integer: {value}", code="parameter_invalid_integer", param=name
        )
    return int(value)


def limit(name: str, value: object) -> int:
    """Read how many objects a page is to have."""
    number = integer(name, value)
    if number > 100:
        raise StripeRefusal(
            f"This value must be less than or equal to 100 (it currently is '{number}').",
            param=name,
        )
    if number < 1:
        raise StripeRefusal("This value must be greater than or equal to 1.", param=name)
    return number


def flag(name: str, value: object) -> bool:
    """Read yes or no."""
    if value not in {"true", "false"}:
        raise StripeRefusal(f"Invalid boolean: {value}", param=name)
    return value == "true"


def texts(name: str, value: object) -> list[str]:
    """Read a list of at most 20 texts."""
    if not isinstance(value, list):
        raise StripeRefusal("Invalid array", param=name)
    if len(value) > 20:
        raise StripeRefusal("You may only specify up to 20 values.", param=name)
    return [text(name, one) for one in value]


def since(name: str, value: object) -> int:
    """Read the moment from which on something is wanted."""
    if not isinstance(value, dict) or value.keys() != {"gte"}:
        raise unknown_parameter(name)
    return integer(f"{name}[gte]", value["gte"])


def one_of(*choices: str) -> Read:
    """Return a reader of one of a few words."""

    def choose(name: str, value: object) -> str:
        if value not in choices:
            known = ", ".join(choices)
            raise StripeRefusal(f"Invalid {name}: must be one of {known}", param=name)
        return str(value)

    return choose

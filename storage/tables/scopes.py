"""Scopes as text in tables."""

import json

from metrics.rollup import Scope


def scope_text(scope: Scope) -> str:
    """Return a scope as it is stored: JSON pairs of dimension and value."""
    return json.dumps(scope, ensure_ascii=False)


def sorted_scope_text(scope: Scope) -> str:
    """Return a scope as it is stored where one scope is one text, whatever the order."""
    return scope_text(tuple(sorted(scope)))


def read_scope_text(text: str) -> Scope:
    """Read a scope from its stored text."""
    return tuple((dimension, value) for dimension, value in json.loads(text))

"""A filter of detect-secrets, ahead of its own: most lines are seen to hold nothing, and once.

It finds the same without: what asks each plug-in through the tool takes most of a search's time.
"""

from pathlib import PurePath

from detect_secrets.settings import get_plugins
from detect_secrets.util.code_snippet import CodeSnippet

_clear: set[tuple[str, str]] = set()


def is_clear(filename: str, line: str, context: CodeSnippet) -> bool:
    """Tell whether no plug-in finds anything in a line of this kind of file."""
    key = PurePath(filename).suffix, line
    if key not in _clear and not any(
        plugin.analyze_line(filename=filename, line=line, context=context)
        for plugin in get_plugins()
    ):
        _clear.add(key)
    return key in _clear

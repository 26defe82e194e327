"""The file ``.env`` as text: settings put into it, the rest left as it is, written in one go."""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.errors import UsageError

_PLAIN = re.compile(r"[\w@%+=:,./~?&-]*")


def with_settings(text: str, settings: Mapping[str, str]) -> str:
    """Put settings into the text of a file, each in the place of the last line that has it.

    Examples
    --------
    >>> with_settings("# Listens here", {"PORT": "3001"}).splitlines()
    ['# Listens here', 'PORT=3001']
    """
    lines = text.splitlines()
    for name, value in settings.items():
        has_it = re.compile(rf"\s*(?:export\s+)?{name}\s*=", re.IGNORECASE)
        places = [place for place, line in enumerate(lines) if has_it.match(line)]
        if not places:
            places = [len(lines)]
            lines.append("")
        lines[places[-1]] = f"{name}={_quoted(value)}"  # of several the last one counts
    return "\n".join(lines) + "\n"


def only_settings(text: str, names: Collection[str]) -> str:
    """Turn the lines of all other settings into comments: they say what the default is."""
    kept = "|".join(names)
    return re.sub(rf"^(?!(?:{kept})=)(?=[A-Z_]+=)", "# ", text, flags=re.MULTILINE)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read: whole, or not at all.

    Raises
    ------
    UsageError
        If it cannot be written there.
    """
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f"{path.name}.", delete=False
        ) as file:  # which nobody else may read from the start
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError:
        raise UsageError(
            f"{path.name} cannot be written in this folder: check its rights and its room"
        ) from None

"""Log lines that may be shown to anybody: one JSON object each, of listed fields only.

Words that people type, figures, names, tokens and response URLs never get in.
"""

import json
import logging
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import walk_tb
from typing import Any, TextIO

OURS = "nrrbot"
MAX_CAUSES = 5
QUIET_SECONDS = 60
EXTRAS = {
    "reference": re.compile(r"[0-9a-f]{4,16}"),
    "dedupe": re.compile(r"[0-9a-f]{8,64}"),
    "job": re.compile(r"[a-z][a-z_]{0,39}"),
    "result": re.compile(r"[a-z][a-z_]{0,39}"),
}
"""Extra fields of a record of ours, each in the one form that it may have."""


class JsonFormatter(logging.Formatter):
    """Formats the allowed fields of a record as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one record as a line of JSON."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        # Our loggers speak in fixed words, and their arguments are left out; libraries log bodies
        # and addresses, so that of theirs only the place in the source is kept.
        if is_ours(record):
            fields |= {"event": str(record.msg), **extras(record)}
        else:
            fields["at"] = f"{short_path(record.pathname)}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            fields["errors"] = [describe(error) for error in chain(record.exc_info[1])]
        return json.dumps({name: value for name, value in fields.items() if value is not None})


def extras(record: logging.LogRecord) -> dict[str, str]:
    """Pick the fields of `EXTRAS` that a record carries in their form; leave out the others."""
    carried = {name: getattr(record, name, None) for name in EXTRAS}
    return {
        name: value
        for name, value in carried.items()
        if isinstance(value, str) and EXTRAS[name].fullmatch(value)
    }


def describe(error: BaseException) -> dict[str, Any]:
    """Describe an error by its type and its frames."""
    # Neither its message nor any value: both may hold figures and names.
    where = [
        f"{short_path(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return {"type": f"{type(error).__module__}.{type(error).__qualname__}", "where": where}


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it, the outermost first."""
    current: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if current is None:
            return
        yield current
        hidden = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or hidden


def short_path(path: str) -> str:
    """Shorten a source file's path to its last two names."""
    return "/".join(PurePath(path).parts[-2:])


class OncePerMinute(logging.Filter):
    """Lets a library's line through once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be written; of ours every one is."""
        if is_ours(record):
            return True
        # slack_sdk logs each attempt to connect: an hour without Slack would be a thousand lines.
        place = record.pathname, record.lineno
        if record.created - self._seen.get(place, -QUIET_SECONDS) < QUIET_SECONDS:
            return False
        self._seen[place] = record.created
        return True


def is_ours(record: logging.LogRecord) -> bool:
    """Tell whether a record is from a logger of this product."""
    return record.name.partition(".")[0] == OURS


def configure(stream: TextIO) -> None:
    """Send all logs of this process to ``stream``, and errors that end a thread too."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(OncePerMinute())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.raiseExceptions = False  # or logging would print a record that it cannot format
    threading.excepthook = log_thread_error  # Python's own prints the message, with its values


def log_thread_error(failed: threading.ExceptHookArgs) -> None:
    """Log an error that ended a thread."""
    if failed.exc_value is not None:
        logging.getLogger(f"{OURS}.threads").error("thread ended", exc_info=failed.exc_value)

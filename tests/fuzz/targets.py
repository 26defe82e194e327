"""What a stranger's bytes reach, each as a function that raises only where something is wrong."""

import io
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from slack_sdk import WebClient

from bot.app.listeners import new_app
from bot.errors import UsageError
from bot.questions.parsing import canonical_text, parse_question
from bot.questions.words import Vocabulary
from bot.server.request_body import UnreadableError, read_request_body
from bot.server.slack_endpoint import EVENTS, SlackEndpoint
from bot.slack.ids import Workspace
from bot.slack.sent import read_asker, read_click, read_submission
from metrics.errors import MetricsError
from storage.errors import UnreadableFileError
from storage.importing.file_kind import FileToRead
from storage.importing.movements_csv import read_movements
from storage.importing.profiles.recognition import recognise
from storage.importing.profiles.wishes import ColumnWishes, MappingError
from storage.importing.read_options import ReadOptions
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from tests.slack.signing import FORM, sign

SECRET = "fuzzed"  # noqa: S105
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
MAX_BYTES = 50_000
LEDGER = Vocabulary(
    {
        "segment": ("enterprise", "mid_market", "smb", "(none)"),
        "industry": ("fintech", "health & care", '"quoted"', "2026-Q3", "by"),
        "plan": ("gold", "Gold Plus", "\u00e9t\u00e9"),
    }
)


def ask(data: bytes) -> None:
    """Read a question; one that can be read has a text that asks the same."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        question = parse_question(text, vocabulary=LEDGER, today=TODAY)
    except (UsageError, MetricsError) as refusal:
        str(refusal).encode()
        return
    again = canonical_text(question)
    reread = parse_question(again, vocabulary=LEDGER, today=TODAY, max_length=2_000)
    assert canonical_text(reread) == again


def read_file(data: bytes) -> None:
    """Read a movements file; whatever is wrong with it is told by line, and none is lost."""
    with tempfile.TemporaryDirectory() as folder, Scratch() as scratch:
        path = Path(folder) / "movements.csv"
        path.write_bytes(data)
        try:
            opened = open_table(path, max_bytes=MAX_BYTES, scratch=scratch)
            table = recognise(opened, ColumnWishes(kind="movements")).table
            options = ReadOptions(group_bytes=64)
            file = FileToRead(
                table=table,
                source="movements",
                now=NOW,
                today=TODAY,
                scratch=scratch,
                options=options,
            )
            batch = read_movements(file)
        except (UnreadableFileError, MappingError) as refusal:
            str(refusal).encode()
            return
        assert batch.file.rows >= 0
        for finding in batch.problems.findings:
            assert finding.line >= 1
            finding.sentence.encode()


def knock(data: bytes) -> None:
    """Send a signed request; its first byte tells of what kind it says it is."""
    kind, body = data[:1], data[1:]
    content_type = {b"j": "application/json", b"f": FORM}.get(kind, "text/plain")
    signed = sign(body, secret=SECRET, timestamp=str(int(NOW.timestamp())))
    statuses: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": EVENTS,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": content_type,
        "HTTP_X_SLACK_REQUEST_TIMESTAMP": signed.headers["X-Slack-Request-Timestamp"],
        "HTTP_X_SLACK_SIGNATURE": signed.headers["X-Slack-Signature"],
        "wsgi.input": io.BytesIO(body),
    }
    _endpoint()(environ, lambda status, *_: _noted(statuses, status))
    assert statuses[0][:3] in {"200", "400", "404", "409", "413"}, statuses
    try:
        payload = read_request_body(body, content_type)
    except UnreadableError:
        assert statuses[0][:3] in {"400", "413"}
        return
    read_asker(payload)
    if payload.get("type") == "block_actions":
        read_click(payload)
    if payload.get("type") in ("view_submission", "view_closed"):
        read_submission(payload)


def _noted(statuses: list[str], status: str) -> Callable[[bytes], object]:
    statuses.append(status)
    return io.BytesIO().write


@cache
def _endpoint() -> SlackEndpoint:
    return SlackEndpoint(
        app=new_app(WebClient("xoxb-none"), Workspace(team_id="T1")),
        signing_secret=SECRET,
        now=NOW.timestamp,
        is_alive=lambda: True,
        is_ready=lambda: True,
    )


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "door": knock,
    "movements": read_file,
    "question": ask,
}
"""By the name of the folder that holds what to begin with."""

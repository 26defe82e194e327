import io
import json
import logging
import threading
from typing import Any

import pytest

from bot.errors import UsageError
from bot.server.logs import MAX_CAUSES

CANARY = "canary-4711.42"


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def fail() -> None:
    secret = CANARY
    try:
        int(secret)
    except ValueError as error:
        raise UsageError(secret) from error


def test_our_own_loggers_say_what_happened_in_fixed_words(log: io.StringIO) -> None:
    logging.getLogger("nrrbot.app").info("ready %s", CANARY, extra={"amount": CANARY})

    [line] = lines(log)
    assert (line["level"], line["logger"], line["event"]) == ("info", "nrrbot.app", "ready %s")
    assert line.keys() == {"time", "level", "logger", "event"}


@pytest.mark.parametrize("name", ["slack_bolt.App", "slack_sdk.web", "waitress", "nrrbotany", ""])
def test_of_the_libraries_only_the_place_is_kept(log: io.StringIO, name: str) -> None:
    logging.getLogger(name or None).critical("body=%s", CANARY)

    [line] = lines(log)
    assert line["at"].startswith("server/test_logs.py:")
    assert CANARY not in log.getvalue()


def test_of_an_error_only_its_type_and_its_way_are_kept(log: io.StringIO) -> None:
    try:
        fail()
    except UsageError:
        logging.getLogger("nrrbot").exception("failed", extra={"reference": "0a1b"})

    [line] = lines(log)
    assert line["reference"] == "0a1b"
    assert [error["type"] for error in line["errors"]] == [
        "bot.errors.UsageError",
        "builtins.ValueError",
    ]
    assert [place.split()[-1] for place in line["errors"][0]["where"]] == [
        "test_of_an_error_only_its_type_and_its_way_are_kept",
        "fail",
    ]
    assert CANARY not in log.getvalue()


def test_a_cause_that_was_hidden_stays_hidden(log: io.StringIO) -> None:
    try:
        try:
            fail()
        except UsageError:
            raise LookupError from None
    except LookupError:
        logging.getLogger("nrrbot").exception("failed")

    assert [error["type"] for error in lines(log)[0]["errors"]] == ["builtins.LookupError"]


def test_a_long_chain_of_causes_is_cut(log: io.StringIO) -> None:
    error = ValueError("last")
    for _ in range(50):
        following = ValueError("next")
        following.__cause__ = error
        error = following

    logging.getLogger("nrrbot").error("failed", exc_info=error)

    assert len(lines(log)[0]["errors"]) == MAX_CAUSES


def test_an_error_that_ends_a_thread_is_logged_like_any_other(log: io.StringIO) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    [line] = lines(log)
    assert line["event"] == "thread ended"
    assert CANARY not in log.getvalue()


def test_a_thread_may_end_without_an_error(log: io.StringIO) -> None:
    threading.excepthook(threading.ExceptHookArgs((SystemExit, None, None, None)))

    assert log.getvalue() == ""


def test_a_record_may_carry_listed_fields_in_their_one_form(log: io.StringIO) -> None:
    fields = {
        "reference": "0a1b2c3d",
        "dedupe": "9f86d081884c7d659a2feaa0c55ad015",
        "job": "send",
        "result": "needs_attention",
    }

    logging.getLogger("nrrbot.delivery").info("settled", extra=fields)

    [line] = lines(log)
    assert fields.items() <= line.items()
    assert line.keys() - fields.keys() == {"time", "level", "logger", "event"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("reference", "acme", id="a-name"),
        pytest.param("dedupe", "digest:T1:C1:7:2026-W46", id="the-key-itself"),
        pytest.param("dedupe", 4711, id="a-number"),
        pytest.param("job", "Send to #board", id="words"),
        pytest.param("result", "NRR 98.7%", id="a-figure"),
        pytest.param("result", "404217", id="digits"),
        pytest.param("amount", "4711.42", id="not-listed"),
    ],
)
def test_a_field_in_any_other_form_is_left_out(log: io.StringIO, name: str, value: object) -> None:
    logging.getLogger("nrrbot.delivery").info("settled", extra={name: value})

    assert lines(log)[0].keys() == {"time", "level", "logger", "event"}


def test_a_library_that_says_the_same_again_and_again_is_heard_once_a_minute(
    log: io.StringIO,
) -> None:
    said = {"levelno": logging.ERROR, "msg": "no connection"}

    for moment in (1_000.0, 1_002.0, 1_059.0, 1_061.0):
        for name in ("slack_sdk.web", "nrrbot.app"):
            record = logging.makeLogRecord({"name": name, "created": moment} | said)
            logging.getLogger(name).handle(record)

    assert [line["logger"] for line in lines(log)] == [
        *("slack_sdk.web", "nrrbot.app", "nrrbot.app", "nrrbot.app", "slack_sdk.web", "nrrbot.app")
    ]

from socket import gaierror
from urllib.error import URLError

import pytest

from bot.slack.failures import FailureKind, read_code, read_error, read_response, read_wait_seconds


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (200, "invalid_blocks", FailureKind.CONTENT),
        (200, "msg_blocks_too_long", FailureKind.CONTENT),
        (200, "not_in_channel", FailureKind.REFUSED),
        (404, "used_url", FailureKind.REFUSED),
        (200, "internal_error", FailureKind.UNCLEAR),
        (200, "fatal_error", FailureKind.UNCLEAR),
        (200, "<html>oops</html>", FailureKind.UNCLEAR),
        (502, "bad_gateway", FailureKind.UNCLEAR),
        (400, "", FailureKind.REFUSED),
        (403, "<html>no</html>", FailureKind.REFUSED),
        (400, "invalid_blocks", FailureKind.CONTENT),
        (302, "", FailureKind.UNCLEAR),
        (404, "internal_error", FailureKind.REFUSED),
        (429, "<html>slow down</html>", FailureKind.RATE_LIMITED),
        (200, "ratelimited", FailureKind.RATE_LIMITED),
    ],
)
def test_what_an_answer_means(status: int, code: str, kind: FailureKind) -> None:
    assert read_response(status, code, {}).kind is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(URLError(ConnectionRefusedError()), FailureKind.REFUSED, id="refused"),
        pytest.param(URLError(gaierror()), FailureKind.REFUSED, id="no-such-host"),
        pytest.param(URLError(TimeoutError()), FailureKind.UNCLEAR, id="connect-timeout"),
        pytest.param(TimeoutError(), FailureKind.UNCLEAR, id="read-timeout"),
        pytest.param(ConnectionResetError(), FailureKind.UNCLEAR, id="reset"),
    ],
)
def test_only_a_call_that_never_arrived_is_known_not_to_have_been_done(
    error: Exception, kind: FailureKind
) -> None:
    assert read_error(error).kind is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"Retry-After": "999999"}, 3600),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": "-1"}, 30),
        ({"Retry-After": "1.5"}, 30),
        ({"Retry-After": "\u0663"}, 30),
        ({"Retry-After": ""}, 30),
        ({}, 30),
    ],
)
def test_retry_after_is_read_whatever_it_holds(headers: dict[str, str], seconds: int) -> None:
    assert read_wait_seconds(headers) == seconds


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("ok", ""),
        ('{"ok": true}', ""),
        ('{"ok": false, "error": "expired_url"}', "expired_url"),
        ("used_url", "used_url"),
        ("<html>oops</html>", "<html>oops</html>"),
        ("[]", ""),
    ],
)
def test_a_response_url_answers_in_words_or_in_json(body: str, code: str) -> None:
    assert read_code(body) == code

from urllib.error import URLError

import pytest

from bot.access.decisions import Reason
from bot.delivery.verdicts import Ruling, judge, judge_denial, judge_error
from bot.errors import AccessDeniedError
from bot.slack.failures import Failure, FailureKind, read_response


@pytest.mark.parametrize(
    ("status", "code", "ruling"),
    [
        (429, "ratelimited", Ruling.RATE_LIMITED),
        (200, "ratelimited", Ruling.RATE_LIMITED),
        (500, "", Ruling.AMBIGUOUS),
        (502, "bad_gateway", Ruling.AMBIGUOUS),
        (503, "invalid_auth", Ruling.AMBIGUOUS),
        (504, "", Ruling.AMBIGUOUS),
        (403, "<html>", Ruling.AMBIGUOUS),
        (200, "<html>", Ruling.AMBIGUOUS),
        (200, "internal_error", Ruling.AMBIGUOUS),
        (200, "fatal_error", Ruling.AMBIGUOUS),
        (200, "request_timeout", Ruling.AMBIGUOUS),
        (200, "service_unavailable", Ruling.AMBIGUOUS),
        (200, "invalid_blocks", Ruling.CONTENT),
        (200, "invalid_blocks_format", Ruling.CONTENT),
        (200, "invalid_attachments", Ruling.CONTENT),
        (200, "msg_too_long", Ruling.CONTENT),
        (200, "msg_blocks_too_long", Ruling.CONTENT),
        (200, "channel_not_found", Ruling.TARGET),
        (200, "not_in_channel", Ruling.TARGET),
        (200, "is_archived", Ruling.TARGET),
        (200, "restricted_action", Ruling.TARGET),
        (200, "restricted_action_thread_only_channel", Ruling.TARGET),
        (200, "user_not_found", Ruling.TARGET),
        (200, "user_not_visible", Ruling.TARGET),
        (200, "user_disabled", Ruling.TARGET),
        (200, "cannot_dm_bot", Ruling.TARGET),
        (200, "token_revoked", Ruling.GLOBAL),
        (200, "token_expired", Ruling.GLOBAL),
        (401, "invalid_auth", Ruling.GLOBAL),
        (200, "not_authed", Ruling.GLOBAL),
        (200, "account_inactive", Ruling.GLOBAL),
        (200, "missing_scope", Ruling.GLOBAL),
        (200, "team_access_not_granted", Ruling.GLOBAL),
    ],
)
def test_the_table(status: int, code: str, ruling: Ruling) -> None:
    verdict = judge(read_response(status, code, {}))

    assert verdict.ruling is ruling
    assert ruling is Ruling.AMBIGUOUS or verdict.code == code  # it is what an outbox row keeps
    assert not verdict.is_surprise


def test_a_word_that_the_table_does_not_know_is_ambiguous_and_a_surprise() -> None:
    verdict = judge(read_response(200, "brand_new_word", {}))

    assert (verdict.ruling, verdict.code) == (Ruling.AMBIGUOUS, "brand_new_word")
    assert verdict.is_surprise


@pytest.mark.parametrize(
    ("error", "ruling"),
    [
        pytest.param(URLError(ConnectionRefusedError()), Ruling.NOT_ACCEPTED, id="refused"),
        pytest.param(URLError(TimeoutError()), Ruling.AMBIGUOUS, id="timeout"),
        pytest.param(ConnectionResetError(), Ruling.AMBIGUOUS, id="reset"),
        pytest.param(KeyError("ts"), Ruling.AMBIGUOUS, id="what-should-not-be"),
    ],
)
def test_only_what_never_left_is_known_not_to_have_arrived(
    error: Exception, ruling: Ruling
) -> None:
    verdict = judge_error(error)

    assert verdict.ruling is ruling
    assert (verdict.code == "unreachable") is (ruling is Ruling.NOT_ACCEPTED)


def test_how_long_slack_wants_us_to_wait_is_kept() -> None:
    failure = Failure(kind=FailureKind.RATE_LIMITED, wait_seconds=42)

    assert judge(failure).wait_seconds == 42


REFUSED = URLError(ConnectionRefusedError())


@pytest.mark.parametrize(
    ("reason", "cause", "ruling", "code"),
    [
        (Reason.ARCHIVED, None, Ruling.TARGET, "archived"),
        (Reason.GUEST, None, Ruling.TARGET, "guest"),
        ("Invite me to this channel first: /invite @nrr", None, Ruling.TARGET, "not_in_channel"),
        (Reason.UNKNOWN_CHANNEL, None, Ruling.NOT_ACCEPTED, "unknown"),
        (Reason.UNKNOWN_PERSON, TimeoutError(), Ruling.AMBIGUOUS, "unclear"),
        (Reason.UNKNOWN_CHANNEL, REFUSED, Ruling.NOT_ACCEPTED, "unreachable"),
    ],
)
def test_a_denial_is_final_unless_slack_could_not_be_asked(
    reason: str, cause: Exception | None, ruling: Ruling, code: str
) -> None:
    error = AccessDeniedError(reason)
    error.__cause__ = cause

    verdict = judge_denial(error)

    assert (verdict.ruling, verdict.code) == (ruling, code)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.server.slack_endpoint import is_signed
from tests.slack.signing import sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - the example of Slack's own page
NOW = 1_531_420_618
BODY = b"command=%2Fnrr&text=enterprise"


def is_accepted(
    body: bytes, timestamp: str | None, signature: str | None, secret: str = SECRET
) -> bool:
    return is_signed(body, timestamp=timestamp, signature=signature, secret=secret, now=NOW)


def signature_of(body: bytes, timestamp: str = str(NOW), secret: str = SECRET) -> str:
    return sign(body, secret=secret, timestamp=timestamp).headers["X-Slack-Signature"]


@pytest.mark.parametrize("age", [0, 299, -299, 300])
def test_what_slack_signed_in_the_last_five_minutes_is_accepted(age: int) -> None:
    at = str(NOW - age)

    assert is_accepted(BODY, at, signature_of(BODY, at))


@pytest.mark.parametrize("age", [301, -301, 10**9])
def test_what_is_older_is_not(age: int) -> None:
    at = str(NOW - age)

    assert not is_accepted(BODY, at, signature_of(BODY, at))


def test_every_byte_counts() -> None:
    assert not is_accepted(BODY + b" ", str(NOW), signature_of(BODY))
    assert not is_accepted(BODY, str(NOW + 1), signature_of(BODY))
    assert not is_accepted(BODY, str(NOW), signature_of(BODY, secret="another"))  # noqa: S106


@pytest.mark.parametrize("at", range(len(signature_of(BODY))))
def test_every_character_of_a_signature_counts(at: int) -> None:
    right = signature_of(BODY)
    changed = f"{right[:at]}{'1' if right[at] == '0' else '0'}{right[at + 1 :]}"

    assert not is_accepted(BODY, str(NOW), changed)
    assert not is_accepted(BODY, str(NOW), right[:at])


@pytest.mark.parametrize("more", ["0", " ", "\n"])
def test_a_signature_ends_where_it_ends(more: str) -> None:
    assert not is_accepted(BODY, str(NOW), signature_of(BODY) + more)


def test_bytes_that_are_no_text_can_be_signed_too() -> None:
    assert is_accepted(b"\xff\x00", str(NOW), signature_of(b"\xff\x00"))


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        pytest.param(None, "v0=00", id="no-timestamp"),
        pytest.param(str(NOW), None, id="no-signature"),
        pytest.param("", "v0=00", id="empty-timestamp"),
        pytest.param("abc", "v0=00", id="no-number"),
        pytest.param("-1", "v0=00", id="negative"),
        pytest.param("1e9", "v0=00", id="float"),
        pytest.param("9" * 5_000, "v0=00", id="endless"),
        pytest.param("\u0661\u0662", "v0=00", id="arabic-digits"),
        pytest.param(str(NOW), "v0=\u00e9\u00e9", id="non-ascii-signature"),
        pytest.param(str(NOW), "\ud800", id="surrogate-signature"),
        pytest.param(str(NOW), "", id="empty-signature"),
    ],
)
def test_junk_is_refused_quietly(timestamp: str | None, signature: str | None) -> None:
    assert not is_accepted(BODY, timestamp, signature)


@given(st.binary(max_size=50), st.text(max_size=30), st.text(max_size=80))
def test_no_headers_break_it(body: bytes, timestamp: str, signature: str) -> None:
    assert not is_accepted(body, timestamp, signature)

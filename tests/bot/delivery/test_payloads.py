from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.payloads import Payload, due_words, message_at, pack, unpack
from bot.message import Message

DUE_AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
BLOCK = {"type": "divider"}
MESSAGE = Message("NRR 101.5 % of €", blocks=(BLOCK,), plainer=(BLOCK, BLOCK))
PAYLOAD = Payload(message=MESSAGE, due="Monday 09:00 (Europe/Berlin)", question="2026-10")


@pytest.mark.parametrize(
    "payload", [PAYLOAD, Payload(message=Message("text alone"))], ids=["whole", "text"]
)
def test_what_is_unpacked_is_what_was_packed(payload: Payload) -> None:
    assert unpack(pack(payload)) == payload


def test_what_others_packed_without_a_due_time_is_read() -> None:
    payload = unpack('{"text": "t", "blocks": [], "plainer": null, "picture_slots": []}')

    assert payload == Payload(message=Message("t"))


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (DUE_AT, "Europe/Berlin", "Monday 09:00 (Europe/Berlin)"),
        (DUE_AT, "Pacific/Auckland", "Monday 21:00 (Pacific/Auckland)"),
        (datetime(2026, 7, 6, 7, tzinfo=UTC), "Europe/Berlin", "Monday 09:00 (Europe/Berlin)"),
    ],
)
def test_when_it_was_due_is_told_in_its_own_zone(moment: datetime, zone: str, words: str) -> None:
    assert due_words(moment, zone) == words


@pytest.mark.parametrize(("minutes", "is_late"), [(0, False), (30, False), (31, True)])
def test_from_half_an_hour_on_it_says_that_it_is_late(minutes: int, *, is_late: bool) -> None:
    at = DUE_AT + timedelta(minutes=minutes)

    message = message_at(PAYLOAD, due_at=DUE_AT, at=at)

    assert message.text.startswith("Delayed: was due Monday 09:00 (Europe/Berlin)\n") is is_late
    assert message.text.endswith(MESSAGE.text)
    assert len(message.blocks) == 1 + is_late
    assert len(message.plainer or ()) == 2 + is_late


def test_text_alone_stays_text_alone() -> None:
    late = message_at(
        Payload(message=Message("t"), due="Monday"), due_at=DUE_AT, at=DUE_AT + timedelta(hours=1)
    )

    assert late == Message("Delayed: was due Monday\nt")

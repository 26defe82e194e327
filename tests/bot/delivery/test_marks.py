from bot.delivery.marks import Mark

ONE, OTHER = "one store's", "another store's"
MARK = Mark.of("digest:T1:C1:1:2026-W48", secret=ONE)


def carrying(metadata: object) -> dict[str, object]:
    return {"ts": "1.0", "metadata": metadata}


def test_a_mark_is_the_same_for_the_same_message_and_store_alone() -> None:
    assert Mark.of("digest:T1:C1:1:2026-W48", secret=ONE) == MARK
    assert Mark.of("digest:T1:C1:1:2026-W49", secret=ONE) != MARK
    assert Mark.of("digest:T1:C1:1:2026-W48", secret=OTHER) != MARK


def test_it_says_nothing_about_what_it_marks() -> None:
    said = str(MARK.metadata) + MARK.client_msg_id

    assert not any(part in said for part in ("digest", "T1", "C1", "2026"))


def test_it_is_found_again_in_what_it_was_put_on() -> None:
    assert MARK.is_on(carrying(MARK.metadata))


def test_it_is_found_in_nothing_else() -> None:
    others = [
        {},
        None,
        {"event_type": "nrr_outbox"},
        {"event_type": "nrr_outbox", "event_payload": {"k": "another"}},
        {"event_type": "another", "event_payload": {"k": MARK.value}},
    ]

    assert not any(MARK.is_on(carrying(metadata)) for metadata in others)
    assert not MARK.is_on({"ts": "1.0"})

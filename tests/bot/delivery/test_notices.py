import pytest

from bot.delivery import outcomes
from bot.delivery.notices import Notices
from bot.delivery.outcomes import Settlement
from tests.bot.delivery.claims import NOW, claim

NOTICES = Notices(command="/ndr", admin_channel="C9")


@pytest.mark.parametrize(
    ("settlement", "said"),
    [
        (outcomes.dead("is_archived", suspends=True), "suspended: the channel is archived"),
        (outcomes.dead("restricted_action", suspends=True), "Slack says restricted_action"),
        (outcomes.dead("invalid_blocks"), "could not be posted (invalid_blocks)"),
        (outcomes.needs_attention("unclear"), "may or may not have been posted"),
        (outcomes.skipped(), "more than 48 hours late"),
    ],
)
def test_the_owner_is_told_what_happened_and_where(settlement: Settlement, said: str) -> None:
    words = NOTICES.words("C1", settlement)

    assert said in words
    assert "<#C1>" in words


def test_what_to_type_is_told_as_it_is_typed_in_this_workspace() -> None:
    assert "`/ndr digest resume`" in NOTICES.suspended("C1", "archived")


def test_owner_and_administrators_are_told_the_same() -> None:
    told = NOTICES.about(claim(), outcomes.dead("code"), owner_id="U1", now=NOW)

    assert [parcel.channel_id for parcel in told] == ["U1", "C9"]
    assert len({parcel.dedupe_key for parcel in told}) == 2
    assert len({parcel.payload_json for parcel in told}) == 1


def test_of_what_goes_on_its_way_nobody_is_told() -> None:
    assert NOTICES.about(claim(), outcomes.released(now=NOW), owner_id="U1", now=NOW) == ()


def test_about_a_notice_there_is_none() -> None:
    assert NOTICES.about(claim(kind="notice"), outcomes.dead("code"), owner_id="U1", now=NOW) == ()

from dataclasses import replace

import pytest

from bot.delivery import outcomes
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.outcomes import Settlement
from tests.bot.delivery.claims import NOW, claim

NOTICES = FailureNotices(command="/ndr", admin_channel="C9")


@pytest.mark.parametrize(
    ("settlement", "said"),
    [
        (outcomes.dead("is_archived", suspends=True), "suspended: the channel is archived"),
        (outcomes.dead("restricted_action", suspends=True), "Slack says restricted_action"),
        (outcomes.dead("invalid_blocks"), "could not be posted (invalid_blocks)"),
        (outcomes.needs_attention("unclear"), "may or may not have been posted"),
        (outcomes.skipped(), "within 48 hours, or before the next one was due"),
    ],
)
def test_the_owner_is_told_what_happened_and_where(settlement: Settlement, said: str) -> None:
    words = NOTICES.words("C1", settlement)

    assert said in words
    assert "<#C1>" in words


def test_what_to_type_is_told_as_it_is_typed_in_this_workspace() -> None:
    assert "`/ndr digest resume`" in NOTICES.suspended("C1", "archived")


def test_nobody_is_told_to_mend_that_an_owner_has_left() -> None:
    assert NOTICES.suspended("C1", "deactivated").endswith(
        "is deactivated. Somebody else sets it up anew there with `/ndr digest here`;"
        " `/ndr digest remove` ends this one."
    )


def test_owner_and_administrators_are_told_the_same() -> None:
    told = NOTICES.about(claim(), outcomes.dead("code"), owner_ids=["U1"], now=NOW)

    assert [parcel.address.channel_id for parcel in told] == ["U1", "C9"]
    assert len({parcel.dedupe_key for parcel in told}) == 2
    assert len({parcel.body.payload_json for parcel in told}) == 1


def test_of_what_goes_on_its_way_nobody_is_told() -> None:
    assert NOTICES.about(claim(), outcomes.released(now=NOW), owner_ids=["U1"], now=NOW) == ()


def test_about_a_notice_there_is_none() -> None:
    assert not NOTICES.about(claim(kind="notice"), outcomes.dead("code"), owner_ids=["U1"], now=NOW)


@pytest.mark.parametrize(
    ("settlement", "said"),
    [
        (outcomes.dead("deactivated"), "could not be delivered: the account is deactivated"),
        (outcomes.dead("is_archived"), "could not be delivered: the channel is archived"),
        (outcomes.dead("ekm_access_denied"), "Slack says ekm_access_denied"),
        (outcomes.needs_attention("unclear"), "may or may not have arrived"),
    ],
)
def test_an_alert_that_somebody_did_not_get_goes_to_who_set_up_its_rule(
    settlement: Settlement, said: str
) -> None:
    lost = claim(kind="alert", channel_id="U5")

    told = NOTICES.about(lost, settlement, owner_ids=["U5", "U1"], now=NOW)

    assert [parcel.address.channel_id for parcel in told] == ["U1", "C9"]
    payloads = [parcel.body.payload_json for parcel in told]
    assert all(said in payload and "<@U5>" in payload for payload in payloads)


def test_an_alert_that_its_own_owner_cannot_get_goes_to_the_administrators() -> None:
    lost = claim(kind="alert", channel_id="U1")

    told = NOTICES.about(lost, outcomes.dead("deactivated"), owner_ids=["U1"], now=NOW)

    assert [parcel.address.channel_id for parcel in told] == ["C9"]


def test_a_channel_that_cannot_get_an_alert_is_named_as_one() -> None:
    assert "<#C1>" in NOTICES.alert_words("C1", outcomes.dead("is_archived"))


@pytest.mark.parametrize(
    ("settlement", "said"),
    [
        (
            outcomes.needs_attention("unclear"),
            (
                "What belongs in the thread of this week's digest in <#C1> may or may not have been"
                " posted: Slack did not say (unclear)."
            ),
        ),
        (
            outcomes.dead("invalid_blocks"),
            (
                "What belongs in the thread of this week's digest in <#C1> could not be posted"
                " (invalid_blocks). The digest itself is there."
            ),
        ),
    ],
)
def test_what_belongs_under_a_digest_is_told_apart_from_it(
    settlement: Settlement, said: str
) -> None:
    assert NOTICES.thread_words("C1", settlement) == said


def test_what_suspends_a_digest_is_told_the_same_of_what_is_below_it() -> None:
    archived = outcomes.dead("is_archived", suspends=True)

    assert NOTICES.thread_words("C1", archived) == NOTICES.words("C1", archived)


def test_an_alert_without_its_chart_is_told_apart_from_one_that_is_missing() -> None:
    without = outcomes.left_as_it_is(replace(claim(kind="alert"), picture_state="wanted"), "gone")

    assert NOTICES.alert_words("C1", without).startswith(
        "The chart of an alert for <#C1> was left out: Slack says gone."
    )

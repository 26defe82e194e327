from dataclasses import replace

import pytest

from bot.access.decisions import Person, Place, Surface
from bot.slack.ids import Workspace
from tests.bot.access.principals import CHANNEL, ENTERPRISE, HOME, MEMBER, person

GRID = Workspace(team_id="T1", enterprise_id="E1")


@pytest.mark.parametrize("missing", [name for name in MEMBER if name not in {"id", "team_id"}])
def test_what_slack_leaves_out_counts_against_the_person(missing: str) -> None:
    known = Person.from_slack({name: value for name, value in MEMBER.items() if name != missing})

    assert known.barred is not None


def test_a_person_without_a_team_is_none_of_ours() -> None:
    assert not Person.from_slack({"id": "U1"}).belongs_to(HOME)


def test_a_colleague_elsewhere_in_the_enterprise_grid_is_one_of_ours() -> None:
    colleague = person(team_id="T2", enterprise_user={"enterprise_id": "E1"})

    assert colleague.belongs_to(GRID)
    assert not colleague.belongs_to(HOME)
    assert not replace(colleague, enterprise_id="E2").belongs_to(GRID)
    assert not replace(colleague, is_stranger=True).belongs_to(GRID)


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        pytest.param({}, Place.PRIVATE_CHANNEL, id="private"),
        pytest.param({"is_private": False}, Place.PUBLIC_CHANNEL, id="public"),
        pytest.param({"is_org_shared": True}, Place.PRIVATE_CHANNEL, id="same-grid"),
        pytest.param({"is_ext_shared": True}, Place.EXTERNAL_CHANNEL, id="external"),
        pytest.param({"is_pending_ext_shared": True}, Place.EXTERNAL_CHANNEL, id="invited"),
        pytest.param({"pending_connected_team_ids": ["T9"]}, Place.EXTERNAL_CHANNEL, id="pending"),
        pytest.param({"is_archived": True}, Place.ARCHIVED_CHANNEL, id="archived"),
        pytest.param({"is_archived": None}, Place.UNKNOWN_CHANNEL, id="unknown-archived"),
        pytest.param({"is_ext_shared": None}, Place.UNKNOWN_CHANNEL, id="unknown-shared"),
        pytest.param({"is_private": None}, Place.UNKNOWN_CHANNEL, id="unknown-private"),
        pytest.param({"is_im": True}, Place.DIRECT_MESSAGE, id="direct-message"),
    ],
)
def test_a_channel_is_what_slack_says_and_otherwise_unknown(
    facts: dict[str, object], place: Place
) -> None:
    assert Surface.of_channel(CHANNEL | facts).place is place


@pytest.mark.parametrize("missing", ["is_archived", "is_ext_shared", "is_private"])
def test_what_slack_leaves_out_counts_against_the_channel(missing: str) -> None:
    known = {name: value for name, value in CHANNEL.items() if name != missing}

    assert Surface.of_channel(known).place is Place.UNKNOWN_CHANNEL


def test_a_channel_approves_nothing_and_names_nobody_unless_that_is_said() -> None:
    unsaid = Surface.of_channel(CHANNEL)
    said = Surface.of_channel(CHANNEL, approved=(ENTERPRISE,), names_shown=True)

    assert (unsaid.channel_id, unsaid.approved, unsaid.names_shown) == ("C1", (), False)
    assert (said.channel_id, said.approved, said.names_shown) == ("C1", (ENTERPRISE,), True)


def test_a_person_is_who_slack_says_and_nobody_if_it_does_not() -> None:
    assert person().user_id == "U1"
    assert Person.from_slack({}).user_id == ""
    assert Person.from_slack({}).team_id == ""

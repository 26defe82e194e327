"""A profile and its goals in words, for those who see the company and for those who do not."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from bot.command_places import CommandPlace
from bot.goals.document import goals_json, level_json
from bot.goals.message import NO_PEERS, ProfileView, goal_sentence, level_parts, profile_parts
from bot.style.grid import LabelledText
from bot.style.parts import Said
from metrics.benchmarks.expectations import Expectations, Pair, WorkspaceProfile
from metrics.benchmarks.tables import CompanyProfile, CompanyStage, CustomerSegment

SMB = ("segment", "smb")
KEY = ("segment", "Key accounts")


def view(
    *pairs: Pair,
    stage: CompanyStage | None = CompanyStage.SEED,
    sees_company: bool = True,
    peers: Mapping[Pair, CustomerSegment | None] | None = None,
) -> ProfileView:
    profile = WorkspaceProfile(company=CompanyProfile.SMB)
    return ProfileView(
        expectations=Expectations(profile=profile, segments=peers or {}),
        stage=stage,
        sees_company=sees_company,
        main_dimension="segment",
        pairs=pairs,
    )


def lines(shown: ProfileView) -> dict[str, str]:
    [said] = (
        part for part in profile_parts(shown, CommandPlace.TERMINAL) if isinstance(part, Said)
    )
    return {one.label: one.words for one in said.lines if isinstance(one, LabelledText)}


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (view(stage=None), "not known: ARR cannot be told in US dollars, so set it."),
        (
            view(stage=None, sees_company=False),
            "by ARR, for those who may see the company.",
        ),
    ],
    ids=["not in dollars", "seen by few"],
)
def test_a_stage_that_cannot_be_told_is_said_to_be_so(shown: ProfileView, words: str) -> None:
    assert lines(shown)["Stage:"] == words


def test_a_segment_is_compared_by_its_name_or_as_it_was_set_or_not_at_all() -> None:
    peers = {KEY: CustomerSegment.ENTERPRISE}

    found = lines(view(SMB, KEY, ("segment", "other"), peers=peers))

    assert found["Compared:"] == (
        "smb with customers of that name; Key accounts with enterprise customers."
    )
    assert found["Without peers:"] == "other."
    assert "Compared:" not in lines(view(("segment", "other")))


def test_an_nrr_is_held_against_the_peers_of_what_is_seen_alone() -> None:
    seen = level_json(Fraction(92, 100), view(SMB))
    unseen = level_parts(
        Fraction(92, 100), view(("segment", "other"), sees_company=False), CommandPlace.TERMINAL
    )

    assert seen["nrr"] == "0.920000"
    assert len(seen["benchmarks"]) == 2  # of the company, and of its small customers
    assert Said(NO_PEERS) in unseen


def test_a_goal_without_figures_has_no_gap() -> None:
    expectations = Expectations(goals={(SMB,): Fraction(11, 10)})

    assert goal_sentence((SMB,), "110%", None) == "Goal of smb: 110% NRR over twelve months."
    assert goals_json(expectations, {})["goals"] == [
        {"scope": {"segment": "smb"}, "nrr": "1.100000", "now": None}
    ]

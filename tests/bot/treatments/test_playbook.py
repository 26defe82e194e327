import pytest

from bot.treatments.playbook import Playbook
from bot.treatments.reading import default_playbook
from metrics.change import Component
from metrics.segments import VALUE_TIER_NAMES

PLAYBOOK = Playbook(
    levers={"churn": "Call.", "expansion": "Offer."},
    segments={"mid-market": {"churn": "Visit.", "expansion": ""}},
    tiers={"high": "Meet.", "mid": "", "long-tail": "Write."},
)


@pytest.mark.parametrize(
    ("segment", "lever", "text"),
    [
        ("mid-market", Component.CHURN, "Visit."),
        ("Mid Market", Component.CHURN, "Visit."),
        ("smb", Component.CHURN, "Call."),
        (None, Component.EXPANSION, "Offer."),
        ("mid-market", Component.EXPANSION, None),  # "" takes it away
        ("smb", Component.CONTRACTION, None),
    ],
)
def test_a_segment_without_a_text_of_its_own_has_that_of_the_lever(
    segment: str | None, lever: Component, text: str | None
) -> None:
    assert PLAYBOOK.treatment(segment, lever) == text


@pytest.mark.parametrize(
    ("segment", "tier", "text"),
    [
        ("mid-market", "high", "Meet."),  # of high value: whatever the segment is
        ("mid-market", "long-tail", "Visit."),
        (None, "long-tail", "Write."),
        (None, "mid", "Call."),  # without a text of its own
        (None, None, "Call."),
    ],
)
def test_an_account_has_one_text(segment: str | None, tier: str | None, text: str) -> None:
    assert PLAYBOOK.play(segment, tier, Component.CHURN) == text


def test_a_tier_has_its_text_or_none() -> None:
    assert [PLAYBOOK.tier_text(tier) for tier in ("high", "mid", "gold")] == ["Meet.", None, None]


def test_the_package_has_a_text_for_everything() -> None:
    found = default_playbook()

    # enterprise needs expansion plays, smb needs churn reduction: different texts for each
    texts = {found.treatment(one, lever) for one in (None, *found.segments) for lever in Component}
    assert len(texts - {None}) == 4 * 3
    assert all(found.tier_text(tier) for tier in VALUE_TIER_NAMES)

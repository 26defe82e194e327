"""``/nrr profile`` and ``/nrr goal`` as people meet them in Slack."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.access.decisions import Reason
from storage.access import audit
from storage.access.grants import Role
from storage.store.engine import Store
from tests.bot.edge import Scene, let, running_bot
from tests.bot.small_company import answers_from, small_company
from tests.slack.people import User

pytestmark = pytest.mark.slack
ENTERPRISE = ("segment", "enterprise")


@dataclass(frozen=True, kw_only=True)
class Office:
    """The real bot on a small company; Ana is its administrator, Bob sees enterprise alone."""

    scene: Scene
    store: Store
    bob: User

    def said(self, text: str, *, by: User | None = None) -> str:
        """Return what Ana, or somebody else, is told when they type that."""
        return self.scene.ask(text, by=by).wait_for_answer().text


@pytest.fixture
def office(scene: Scene, tmp_path: Path) -> Iterator[Office]:
    store = small_company(tmp_path)
    let(store, scene.ana.id, role=Role.ADMIN, account_detail=True)
    bob = scene.slack.workspace.add_user("bob")
    let(store, bob.id, ENTERPRISE)
    with running_bot(scene.slack, store=store, asking=answers_from(store)):
        yield Office(scene=scene, store=store, bob=bob)
    store.engine.dispose()


def test_an_administrator_declares_a_profile_and_aims_and_others_read_what_they_may_see(
    office: Office,
) -> None:
    assert office.said("profile").startswith("No profile is declared\nUntil a workspace says")
    assert office.said("is 92% good?").startswith("No profile is declared\nUntil a workspace says")

    declared = office.said("profile smb")
    assert declared.startswith("Profile: SMB SaaS (under $25K ACV)\nPeers: NRR of 90")
    assert "Stage: Seed stage (under $1M ARR), NRR of 95" in declared

    # the published edges belong to the band: smb 90 to 100 % and 90 to 105 %, seed 95 to 100 %
    level = office.said("is 90% good?")
    assert level.startswith("An NRR of 90% over twelve months, beside peers\nSMB peers: 90")
    assert "within the first, below the second" in level  # the company, by its stage
    assert "Enterprise peers: 110" in level
    assert "below both" in level
    for_bob = office.said("is 90% good?", by=office.bob)
    assert "Enterprise peers: 110" in for_bob
    assert "SMB" not in for_bob

    aimed = office.said("goal enterprise 500%")
    # 6,650 / 1,500 = 443.3 % over twelve months; 56.7 points of 1,500.00 are 850.00
    assert aimed == (
        "Goal of enterprise: 500% NRR over twelve months. Now 443.3%: 56.7 points short, $850 MRR."
    )
    office.said("goal smb 95%")
    listed = office.said("goals")
    assert "enterprise: 500% (443.3%, 56.7 points short, $850 MRR)" in listed
    assert "smb: 95%" in listed

    # Bob may not see single accounts, and enterprise has two
    for_bob = office.said("goal", by=office.bob)
    assert "enterprise: 500% (n/a, n/a)" in for_bob
    assert "smb" not in for_bob
    assert "Stage: by ARR, for those who may see the company." in office.said(
        "profile", by=office.bob
    )
    assert office.said("goal enterprise 10%", by=office.bob) == (
        f"{Reason.NO_ROLE[:1].upper()}{Reason.NO_ROLE[1:]}."
    )

    assert office.said("goal remove smb") == "There is no goal of smb any more."
    assert "smb" not in office.said("goal").replace("profile smb", "")


def test_every_change_is_audited_with_who_and_of_what(office: Office) -> None:
    for line in (
        "profile smb",
        "profile stage growth",
        "profile segment smb none",
        "goal 110%",
        "goal remove company",
        "profile off",
    ):
        office.said(line)
    office.said("profile smb", by=office.bob)

    with office.store.read() as session:
        audit.verify(session)
        told = [
            (entry.action, entry.scope, entry.decision)
            for entry in (link.entry for link in audit.every(session))
            if entry.action != "ask"
        ]
    assert told == [
        ("profile smb", "[]", "allow"),
        ("profile_stage growth", "[]", "allow"),
        ("peers none", '[["segment", "smb"]]', "allow"),
        ("goal 110%", "[]", "allow"),
        ("goal_removed", "[]", "allow"),
        ("profile off", "[]", "allow"),
        ("goals", None, "deny"),
    ]
    read = office.said("audit")
    for words in (
        "declared the profile smb.",
        "set the stage to growth.",
        "set the peers of segment:smb to none.",
        "set a goal of 110% for the whole company.",
        "removed the goal of the whole company.",
        "withdrew the profile.",
        "tried to change the profile or goals in <#",
    ):
        assert words in read

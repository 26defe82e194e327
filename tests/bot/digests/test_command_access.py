from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access.decisions import Reason
from metrics.rollup import Scope
from storage.access import audit
from storage.access.grants import Role, list_grants, take_grants
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.bot.digests.scene import DigestScene, digest_scene
from tests.bot.edge import Scene, let
from tests.bot.small_company import small_company
from tests.slack.people import ChannelKind

pytestmark = pytest.mark.slack
ENTERPRISE: Scope = (("segment", "enterprise"),)


@pytest.fixture
def desk(scene: Scene, tmp_path: Path) -> Iterator[DigestScene]:
    store = small_company(tmp_path)
    with digest_scene(scene, store) as running:
        yield running
    store.engine.dispose()


def let_only(desk: DigestScene, *scope: tuple[str, str], role: Role = Role.ANALYST) -> None:
    """Leave Ana this grant, and nobody any other."""
    forget_all(desk.store)
    let(desk.store, desk.scene.ana.id, *scope, role=role)


def forget_all(store: Store) -> None:
    with store.write(ledger=False) as session:
        for grant in list_grants(session):
            take_grants(session, grant.grantee_id)


def starts_with(said: str, reason: Reason) -> bool:
    return said.casefold().startswith(reason.casefold())


def test_a_viewer_cannot_set_up_a_digest(desk: DigestScene) -> None:
    let_only(desk, role=Role.VIEWER)

    assert starts_with(desk.said("here"), Reason.NO_ROLE)


def test_an_analyst_of_a_segment_sets_up_a_digest_of_it_and_of_nothing_else(
    desk: DigestScene,
) -> None:
    let_only(desk, *ENTERPRISE)
    modal = desk.form()

    company = desk.submit(modal, scope="").wait_for_field_errors()["scope"]
    denied = desk.submit(modal, scope="smb").wait_for_field_errors()["scope"]
    unknown = desk.submit(modal, scope="xyzzy").wait_for_field_errors()["scope"]

    assert starts_with(company, Reason.OUT_OF_SCOPE)
    assert denied.replace("smb", "xyzzy") == unknown
    assert desk.set_up(scope="enterprise").content.scope == ENTERPRISE


def test_a_channel_that_is_not_approved_is_told_of_while_the_form_is_open(
    desk: DigestScene,
) -> None:
    desk.scene.slack.workspace.put_channel(replace(desk.scene.revops, kind=ChannelKind.PUBLIC))
    modal = desk.form()

    errors = desk.submit(modal, scope="").wait_for_field_errors()

    assert "first approves it" in errors["weekday"]


def test_what_is_set_up_stopped_and_resumed_is_in_the_audit(desk: DigestScene) -> None:
    desk.set_up(scope="enterprise")
    desk.said("pause")
    desk.said("resume")

    with desk.store.read() as session:
        entries = [link.entry for link in audit.every(session)]
    assert [(one.action, one.scope, one.decision) for one in entries] == [
        ("subscribe", '[["segment", "enterprise"]]', "allow")
    ] * 3
    assert {one.actor for one in entries} == {desk.scene.ana.id}


def test_of_a_digest_that_somebody_may_not_see_they_hear_that_there_is_one(
    desk: DigestScene,
) -> None:
    desk.set_up(scope="smb")
    forget_all(desk.store)
    bob = desk.scene.slack.workspace.add_user("bob")
    let(desk.store, bob.id, *ENTERPRISE, role=Role.ANALYST)

    for words in ("list", "pause", "pause 1", "remove 1", "edit 1", "now"):
        said = desk.scene.ask(f"digest {words}", by=bob).wait_for_answer().text
        assert said.startswith("This channel has a digest of figures that you may not see")
        assert "smb" not in said
    assert desk.subscription(1).status.state is SubscriptionState.ACTIVE


def test_a_list_counts_the_digests_that_somebody_may_not_see(desk: DigestScene) -> None:
    for scope in ("smb", "", "enterprise"):
        desk.set_up(scope=scope)
    forget_all(desk.store)
    bob = desk.scene.slack.workspace.add_user("bob")
    let(desk.store, bob.id, *ENTERPRISE, role=Role.ANALYST)

    said = desk.scene.ask("digest list", by=bob).wait_for_answer().text

    assert "And 2 more about figures that you may not see." in said
    assert "smb" not in said


def test_a_form_opens_with_the_one_segment_that_somebody_may_see(desk: DigestScene) -> None:
    let_only(desk, *ENTERPRISE)

    content = desk.set_up().content

    assert content.scope == ENTERPRISE
    assert content.dimension != "segment"


def test_its_owner_stops_a_digest_without_the_right_to_have_it(desk: DigestScene) -> None:
    desk.set_up(scope="smb")
    let_only(desk, *ENTERPRISE)

    assert starts_with(desk.said("now"), Reason.OUT_OF_SCOPE)
    desk.said("pause")
    assert desk.subscription(1).status.state is SubscriptionState.PAUSED
    assert starts_with(desk.said("resume"), Reason.OUT_OF_SCOPE)
    desk.said("remove")
    assert desk.subscription(1).status.state is SubscriptionState.REMOVED


def test_a_viewer_does_not_stop_somebody_elses_digest(desk: DigestScene) -> None:
    desk.set_up()
    let_only(desk)
    bob = desk.scene.slack.workspace.add_user("bob")
    let(desk.store, bob.id, role=Role.VIEWER)

    for words in ("pause", "remove", "resume", "now"):
        said = desk.scene.ask(f"digest {words}", by=bob).wait_for_answer().text
        assert starts_with(said, Reason.NO_ROLE)
    assert desk.subscription(1).status.state is SubscriptionState.ACTIVE

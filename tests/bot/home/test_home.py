import pytest

from bot.digests.buttons import PAUSE, RESUME
from bot.questions.buttons import TELL_ME
from storage.access.grants import Role
from storage.home.visits import visit_of
from storage.store.engine import Store
from tests.bot.edge import let
from tests.bot.home.scene import HomeScene
from tests.bot.style.heights import height_of
from tests.slack.faults import Fault
from tests.slack.people import UserKind
from tests.storage.subscribers import subscribe, weekly

pytestmark = pytest.mark.slack

SMB = ("segment", "smb")


def test_the_tab_shows_the_figures_what_fires_and_what_can_be_asked(
    lobby: HomeScene, store: Store
) -> None:
    ana = lobby.scene.ana
    let(store, ana.id, role=Role.ADMIN, account_detail=True)

    shown = lobby.opened(ana)

    assert "NRR in Aug 2025" in shown  # eight months are there: no twelve months yet
    assert "12-month" not in shown
    assert "sustained-drop, enterprise:" in shown
    assert "administrator of the whole company with accounts" in shown
    for section in ("Needs you:", "Your digests:", "Your alerts:", "Access:", "Messages:", "Data:"):
        assert section in shown
    assert shown.count("nrr_offered_") == 5


def test_each_sees_what_they_may_see_and_nothing_else(lobby: HomeScene, store: Store) -> None:
    workspace = lobby.scene.slack.workspace
    let(store, lobby.scene.ana.id, role=Role.ADMIN)
    viewer, part, nobody = (workspace.add_user(name) for name in ("vic", "pat", "nobody"))
    guest = workspace.add_user("guest", UserKind.GUEST)
    let(store, viewer.id)
    let(store, part.id, SMB)
    let(store, guest.id)

    whole, of_part = lobby.opened(viewer), lobby.opened(part)
    for administrative in ("Access:", "Messages:", "Data:"):
        assert administrative not in whole + of_part
    assert "who is at risk" not in (whole + of_part).casefold()  # no account detail
    assert "enterprise" in whole
    assert "enterprise" not in of_part
    assert f'"user_id": "{lobby.scene.ana.id}"' in of_part  # grants more
    assert "smb" in of_part
    without_grant, of_guest = lobby.opened(nobody), lobby.opened(guest)
    for closed in (without_grant, of_guest):
        assert "%" not in closed
        assert "smb" not in closed
    assert lobby.scene.ana.id in without_grant
    assert lobby.scene.ana.id not in of_guest


def test_nobody_is_sent_to_an_administrator_who_has_left(lobby: HomeScene, store: Store) -> None:
    workspace = lobby.scene.slack.workspace
    gone, viewer = workspace.add_user("gone", UserKind.DEACTIVATED), workspace.add_user("vic")
    for administrator in (gone, lobby.scene.ana):
        let(store, administrator.id, role=Role.ADMIN)
    let(store, viewer.id)

    for shown in (lobby.opened(viewer), lobby.opened(workspace.add_user("nobody"))):
        assert lobby.scene.ana.id in shown
        assert gone.id not in shown


def test_it_is_renewed_once_for_each_change_of_rights_and_not_without_one(
    lobby: HomeScene, store: Store
) -> None:
    ana, bob = lobby.scene.ana, lobby.scene.slack.workspace.add_user("bob")
    let(store, ana.id, role=Role.ADMIN)
    let(store, bob.id)
    lobby.opened(bob)

    lobby.renew()
    lobby.renew()
    assert lobby.publications == 1

    lobby.scene.ask(f"access revoke {bob.id}").wait_for_answer()
    lobby.renew()
    lobby.renew()
    assert lobby.publications == 2
    assert "%" not in lobby.text(bob)

    lobby.scene.ask(f"access grant {bob.id} viewer smb").wait_for_answer()
    lobby.renew()
    assert lobby.publications == 3
    assert "smb" in lobby.text(bob)
    assert "enterprise" not in lobby.text(bob)


def test_whoever_never_opened_it_is_not_renewed(lobby: HomeScene, store: Store) -> None:
    let(store, lobby.scene.ana.id)

    lobby.renew()

    assert lobby.publications == 0


def test_a_button_pressed_there_works_and_the_tab_shows_it(lobby: HomeScene, store: Store) -> None:
    ana = lobby.scene.ana
    let(store, ana.id, role=Role.ADMIN)
    before = lobby.opened(ana)

    lobby.scene.slack.click_home(ana, "alert_acknowledge")

    lobby.wait_until(lambda text: text != before, ana)
    assert "1 acknowledged, snoozed or muted" in lobby.text(ana)
    [told] = lobby.scene.slack.wait_for_messages(lobby.scene.slack.workspace.open_dm(ana.id))
    assert told.text.startswith("Acknowledged")


def test_a_question_pressed_there_is_answered_in_the_messages_beside_it(
    lobby: HomeScene, store: Store
) -> None:
    ana = lobby.scene.ana
    let(store, ana.id)
    lobby.opened(ana)

    lobby.scene.slack.click_home(ana, "nrr_offered_0")

    [told] = lobby.scene.slack.wait_for_messages(lobby.scene.slack.workspace.open_dm(ana.id))
    assert "enterprise" in told.text
    assert lobby.publications == 1


def test_whoever_opens_it_again_keeps_what_they_see(lobby: HomeScene, store: Store) -> None:
    ana = lobby.scene.ana
    let(store, ana.id)
    lobby.opened(ana)

    lobby.open(ana)
    lobby.renew()

    assert lobby.publications == 1


def test_a_slack_that_takes_no_table_there_gets_a_list(lobby: HomeScene, store: Store) -> None:
    let(store, lobby.scene.ana.id)
    lobby.scene.slack.faults.next("views.publish", Fault.error("invalid_arguments"))

    shown = lobby.opened(lobby.scene.ana)

    assert '"type": "table"' not in shown
    assert "NRR in Aug 2025:" in shown


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.rate_limited(), id="too-many"),
        pytest.param(Fault.reset_before_accept(), id="lost"),
        pytest.param(Fault.error("hash_conflict"), id="another-was-quicker"),
    ],
)
def test_what_slack_did_not_take_is_published_a_minute_later(
    lobby: HomeScene, store: Store, fault: Fault
) -> None:
    ana = lobby.scene.ana
    let(store, ana.id)
    lobby.scene.slack.faults.next("views.publish", fault)
    lobby.open(ana)
    assert lobby.publications == 1
    assert not lobby.scene.slack.faults.pending

    lobby.renew()

    assert "NRR in Aug 2025" in lobby.text(ana)
    with store.read() as session:
        visit = visit_of(session, ana.id)
    assert visit is not None
    assert visit.view_hash == lobby.view(ana).hash


def test_a_full_tab_is_at_most_two_screens_high(lobby: HomeScene, store: Store) -> None:
    ana = lobby.scene.ana
    let(store, ana.id, role=Role.ADMIN, account_detail=True)
    for day in ("mon", "tue", "wed", "thu"):
        subscribe(store, owner_id=ana.id, schedule=weekly(day))
    for level in (91, 92, 93, 94):
        lobby.desk.said(f"smb monthly below {level}%")

    lobby.opened(ana)

    assert height_of(lobby.view(ana).blocks) <= 2 * 900
    assert "And 1 more: /nrr digest list" in lobby.text(ana)
    assert "And 1 more of yours." in lobby.text(ana)


def test_digests_of_ones_own_are_paused_and_resumed_there(lobby: HomeScene, store: Store) -> None:
    ana, bob = lobby.scene.ana, lobby.scene.slack.workspace.add_user("bob")
    let(store, ana.id, role=Role.ANALYST)
    let(store, bob.id, role=Role.ANALYST)
    channel_id = lobby.scene.revops.id
    subscribe(store, owner_id=ana.id, channel_id=channel_id)
    subscribe(store, owner_id=bob.id, channel_id=channel_id)
    assert "Your digests" in lobby.opened(ana)
    assert lobby.text(ana).count(PAUSE) == 1

    lobby.scene.slack.click_home(ana, PAUSE)
    lobby.wait_until(lambda text: RESUME in text, ana)
    lobby.scene.slack.click_home(ana, RESUME)
    lobby.wait_until(lambda text: PAUSE in text, ana)


def test_an_alert_set_up_in_a_form_from_there_is_on_it_at_once(
    lobby: HomeScene, store: Store
) -> None:
    ana, slack = lobby.scene.ana, lobby.scene.slack
    let(store, ana.id, role=Role.ANALYST)
    assert "none of your own" in lobby.opened(ana)

    slack.click_home(ana, TELL_ME)
    slack.submit(ana, slack.wait_for_modal(ana), {"kind": "month-below", "threshold": "12"})

    lobby.wait_until(lambda text: "below 12%" in text, ana)

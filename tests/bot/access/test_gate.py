from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Event, Thread
from typing import Any, NoReturn

import pytest
from slack_sdk import WebClient

from bot.access.decisions import EPHEMERAL, Action, Reach, Reason
from bot.access.gate import Gate
from bot.access.people import People
from bot.access.records import Records, admins
from bot.clock import utc_now
from bot.errors import AccessDeniedError
from bot.slack.ids import Workspace
from bot.slack.sent import Asker
from storage.access.audit import Link, every
from storage.access.grants import Approval, Role, put_approval
from storage.errors import StoreBusyError
from storage.store.engine import Store
from tests.bot.edge import Stopwatch, approve, empty_store, let, let_everybody
from tests.slack.faults import Fault
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for
from tests.slack.workspace import OTHER_TEAM_ID, TEAM_ID

ENTERPRISE = Reach(scope=(("segment", "enterprise"),))
PRIVATE = ChannelKind.PRIVATE
FAILURES = [
    pytest.param(Fault.reset_before_accept(), id="reset"),
    pytest.param(Fault.server_error(503), id="503"),
    pytest.param(Fault.rate_limited("30"), id="429"),
    pytest.param(Fault.garbage(), id="garbage"),
    pytest.param(Fault.error("fatal_error"), id="fatal-error"),
    pytest.param(Fault.garbage('{"ok": true}'), id="empty-answer"),
]


@pytest.fixture
def clock() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def store(slack: FakeSlack) -> Iterator[Store]:
    with empty_store() as opened:
        let_everybody(slack, opened)
        yield opened


def gate_on(
    slack: FakeSlack,
    store: Store,
    clock: Stopwatch,
    denied: Callable[[str], None] = lambda _: None,
    *,
    names_in: frozenset[str] = frozenset(),
) -> Gate:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return Gate(
        client,
        People(client, now=clock),
        records=Records(store=store, now=utc_now),
        workspace=Workspace(team_id=TEAM_ID, bot_name="nrr"),
        names_in=names_in,
        denied=denied,
    )


@pytest.fixture
def gate(slack: FakeSlack, store: Store, clock: Stopwatch) -> Gate:
    return gate_on(slack, store, clock)


def asker(user: User, team_id: str = TEAM_ID) -> Asker:
    return Asker(user_id=user.id, team_id=team_id, channel_id="C1")


def test_a_member_passes(gate: Gate, ana: User) -> None:
    gate.require_person(asker(ana))


@pytest.mark.parametrize(
    "kind", [kind for kind in UserKind if kind not in {"member", "admin", "owner"}], ids=str
)
def test_everybody_else_does_not(gate: Gate, slack: FakeSlack, kind: UserKind) -> None:
    person = slack.workspace.add_user("kim", kind)

    with pytest.raises(AccessDeniedError):
        gate.require_person(asker(person))


def test_a_payload_of_another_team_is_denied_before_anything_is_looked_up(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    with pytest.raises(AccessDeniedError, match=Reason.OTHER_WORKSPACE):
        gate.require_person(asker(ana, OTHER_TEAM_ID))

    assert slack.calls_to("users.info") == []


def test_a_person_is_looked_up_once_in_five_minutes(
    gate: Gate, slack: FakeSlack, ana: User, clock: Stopwatch
) -> None:
    asked = []
    for seconds in (0, 299, 301, 599):
        clock.seconds = seconds
        gate.require_person(asker(ana))
        asked.append(len(slack.calls_to("users.info")))

    assert asked == [1, 1, 2, 2]


def test_a_fresh_look_sees_at_once_that_someone_has_left(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    gate.require_person(asker(ana))
    slack.workspace.put_user(replace(ana, kind=UserKind.DEACTIVATED))
    gate.require_person(asker(ana))

    with pytest.raises(AccessDeniedError, match=Reason.DEACTIVATED):
        gate.require(asker(ana), Action.ASK, Reach(), fresh=True)
    with pytest.raises(AccessDeniedError, match=Reason.DEACTIVATED):
        gate.require_person(asker(ana))


@pytest.mark.parametrize("fault", FAILURES)
def test_when_slack_does_not_say_who_it_is_nobody_passes_and_that_is_not_remembered(
    gate: Gate, slack: FakeSlack, ana: User, fault: Fault
) -> None:
    slack.faults.next("users.info", fault)

    with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_PERSON):
        gate.require_person(asker(ana))
    gate.require_person(asker(ana))


def test_an_internal_channel_passes(gate: Gate, revops: Channel) -> None:
    gate.require_channel(revops.id)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"is_ext_shared": True}, Reason.SHARED_OUTSIDE, id="external"),
        pytest.param({"is_pending_ext_shared": True}, Reason.SHARED_OUTSIDE, id="invited"),
        pytest.param({"pending_connected_team_ids": ("T9",)}, Reason.SHARED_OUTSIDE, id="pending"),
        pytest.param({"is_archived": True}, Reason.ARCHIVED, id="archived"),
    ],
)
def test_a_channel_that_others_read_or_nobody_does_not(
    gate: Gate, slack: FakeSlack, revops: Channel, facts: dict[str, Any], reason: Reason
) -> None:
    slack.workspace.put_channel(replace(revops, **facts))

    with pytest.raises(AccessDeniedError, match=reason):
        gate.require_channel(revops.id)


def test_there_is_nobody_to_share_with_in_a_direct_message(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    with pytest.raises(AccessDeniedError, match="share there"):
        gate.require_channel(slack.workspace.open_dm(ana.id).id)


@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.PUBLIC], ids=str)
def test_the_bot_has_to_be_invited_to_a_channel(
    gate: Gate, slack: FakeSlack, kind: ChannelKind
) -> None:
    board = slack.workspace.add_channel("board", kind=kind, bot_is_member=False)

    with pytest.raises(AccessDeniedError, match="/invite @nrr"):
        gate.require_channel(board.id)


@pytest.mark.parametrize("fault", FAILURES)
def test_when_slack_does_not_say_who_reads_a_channel_nothing_is_posted_there(
    gate: Gate, slack: FakeSlack, revops: Channel, fault: Fault
) -> None:
    slack.faults.next("conversations.info", fault)

    with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_CHANNEL):
        gate.require_channel(revops.id)


def test_whoever_counts_is_told_in_one_word_why_somebody_did_not_pass(
    slack: FakeSlack, ana: User
) -> None:
    denied: list[str] = []
    with empty_store() as store:
        gate = gate_on(slack, store, Stopwatch(), denied.append)
        for asked in (asker(ana), asker(ana, "T9")):
            with pytest.raises(AccessDeniedError):
                gate.require_person(asked)
        for channel in ("D1", "C404"):
            with pytest.raises(AccessDeniedError):
                gate.require_channel(channel)
        actions = [(link.entry.decision, link.entry.reason) for link in entries(store)]

    assert denied == ["no_grant", "other_workspace", "no_channel", "not_in_channel"]
    assert actions == [("deny", "no_grant"), ("deny", "other_workspace")]


def busy(*_: object, **__: object) -> NoReturn:
    raise StoreBusyError


def entries(store: Store) -> list[Link]:
    with store.read() as session:
        return list(every(session))


def test_who_is_in_a_granted_group_may_see_what_it_may(
    slack: FakeSlack, ana: User, clock: Stopwatch
) -> None:
    bea = slack.workspace.add_user("bea")
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        let(store, slack.workspace.add_group([ana]), ("segment", "enterprise"))

        gate.require(asker(ana), Action.ASK, ENTERPRISE)
        with pytest.raises(AccessDeniedError, match=Reason.NO_GRANT):
            gate.require(asker(bea), Action.ASK, ENTERPRISE)


def test_who_leaves_a_group_sees_nothing_after_five_minutes_and_at_once_with_a_fresh_look(
    slack: FakeSlack, ana: User, clock: Stopwatch
) -> None:
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        group_id = slack.workspace.add_group([ana])
        let(store, group_id)
        gate.require(asker(ana), Action.ASK, Reach())
        slack.workspace.put_group(group_id, [])
        gate.require(asker(ana), Action.ASK, Reach())

        with pytest.raises(AccessDeniedError, match=Reason.NO_GRANT):
            gate.require(asker(ana), Action.ASK, Reach(), fresh=True)


@pytest.mark.parametrize(
    "error",
    ["plan_upgrade_required", "paid_teams_only", "no_such_subteam", "subteam_not_found"],
)
def test_where_there_are_no_groups_or_not_this_one_the_grants_of_people_are_left(
    slack: FakeSlack, ana: User, clock: Stopwatch, error: str
) -> None:
    bea = slack.workspace.add_user("bea")
    slack.faults.always("usergroups.users.list", Fault.error(error))
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        let(store, slack.workspace.add_group())
        let(store, ana.id)

        gate.require(asker(ana), Action.ASK, Reach())
        with pytest.raises(AccessDeniedError, match=Reason.NO_GRANT):
            gate.require(asker(bea), Action.ASK, Reach())


@pytest.mark.parametrize(
    "fault", [*FAILURES, pytest.param(Fault.error("missing_scope"), id="scope")]
)
def test_a_group_that_slack_does_not_tell_of_lets_nobody_in_and_keeps_nobody_out(
    slack: FakeSlack, ana: User, clock: Stopwatch, fault: Fault
) -> None:
    bea = slack.workspace.add_user("bea")
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        let(store, slack.workspace.add_group())
        let(store, ana.id)
        slack.faults.next("usergroups.users.list", fault)

        with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_PERSON):
            gate.require(asker(bea), Action.ASK, Reach())
        gate.require(asker(bea), Action.ASK, Reach())
        slack.faults.next("usergroups.users.list", fault)
        gate.require(asker(ana), Action.ASK, Reach(), fresh=True)


@pytest.mark.parametrize(
    "fault", [*FAILURES, pytest.param(Fault.error("missing_scope"), id="scope")]
)
def test_who_is_in_a_group_is_not_said_where_slack_does_not(
    slack: FakeSlack, ana: User, clock: Stopwatch, fault: Fault
) -> None:
    slack.faults.always("usergroups.users.list", fault)
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        let(store, group_id := slack.workspace.add_group())

        with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_PERSON):
            gate.members(group_id)
        with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_PERSON):
            gate.require_person(asker(ana))


def test_a_read_is_written_down_with_the_version_of_the_data(
    gate: Gate, store: Store, ana: User
) -> None:
    gate.require_audited(asker(ana), Action.ASK, ENTERPRISE, EPHEMERAL, data_version=7)

    (link,) = entries(store)
    assert (link.entry.decision, link.entry.action) == ("allow", "ask")
    assert link.entry.scope == '[["segment", "enterprise"]]'
    assert (link.entry.actor, link.entry.data_version) == (ana.id, 7)


def test_a_read_that_cannot_be_written_down_is_refused(
    gate: Gate, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "write", busy)

    with pytest.raises(StoreBusyError):
        gate.require_audited(asker(ana), Action.ASK, Reach(), EPHEMERAL)


def test_the_settings_make_one_user_an_administrator_from_the_start(
    slack: FakeSlack, ana: User, clock: Stopwatch
) -> None:
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        gate.records = replace(gate.records, admin_id=ana.id)

        gate.require(asker(ana), Action.GRANTS)
        gate.require(asker(ana), Action.ASK, Reach(account_detail=True))


def test_a_public_channel_has_to_be_approved_for_what_is_posted_there(
    gate: Gate, slack: FakeSlack, store: Store, ana: User
) -> None:
    general = slack.workspace.add_channel("general")
    with pytest.raises(AccessDeniedError, match="first approves it"):
        gate.require_post(asker(ana), Action.SHARE, ENTERPRISE, general.id)

    with store.write(ledger=False) as session:
        approval = Approval(channel_id=general.id, scope=ENTERPRISE.scope)
        put_approval(session, approval, by="U0", now=utc_now())

    gate.require_post(asker(ana), Action.SHARE, ENTERPRISE, general.id)
    with pytest.raises(AccessDeniedError, match="first approves it"):
        gate.require_post(asker(ana), Action.SHARE, Reach(), general.id)


def test_one_channel_s_approval_is_none_for_another(
    gate: Gate, slack: FakeSlack, store: Store, ana: User
) -> None:
    approve(store, slack.workspace.add_channel("general"))
    random = slack.workspace.add_channel("random")

    with pytest.raises(AccessDeniedError, match="first approves it"):
        gate.require_post(asker(ana), Action.SHARE, ENTERPRISE, random.id)


def test_single_accounts_are_posted_only_in_the_channels_of_the_settings(
    slack: FakeSlack, store: Store, ana: User, clock: Stopwatch
) -> None:
    board, staff = (slack.workspace.add_channel(name, kind=PRIVATE) for name in ("board", "staff"))
    gate = gate_on(slack, store, clock, names_in=frozenset({board.id}))
    named = Reach(account_detail=True)

    gate.require_post(asker(ana), Action.SHARE, named, board.id)
    with pytest.raises(AccessDeniedError, match=Reason.NO_NAMES):
        gate.require_post(asker(ana), Action.SHARE, named, staff.id)
    gate.require_post(asker(ana), Action.SHARE, Reach(), staff.id)


def test_a_post_goes_by_who_somebody_is_now_and_not_by_some_minutes_ago(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    board = slack.workspace.add_channel("board", kind=PRIVATE)
    gate.require_post(asker(ana), Action.SHARE, ENTERPRISE, board.id)
    slack.workspace.put_user(replace(ana, kind=UserKind.DEACTIVATED))

    with pytest.raises(AccessDeniedError, match=Reason.DEACTIVATED):
        gate.require_post(asker(ana), Action.SHARE, ENTERPRISE, board.id)


def test_what_is_audited_is_judged_once_more_in_its_place(
    gate: Gate, slack: FakeSlack, store: Store, ana: User
) -> None:
    board = gate.require_channel(slack.workspace.add_channel("board", kind=PRIVATE).id)
    gate.require_audited(asker(ana), Action.SHARE, ENTERPRISE, board)
    general = gate.require_channel(slack.workspace.add_channel("general").id)

    with pytest.raises(AccessDeniedError, match="first approves it"):
        gate.require_audited(asker(ana), Action.SHARE, ENTERPRISE, general)

    written = [(link.entry.decision, link.entry.channel) for link in entries(store)]
    assert written == [("allow", board.channel_id), ("deny", general.channel_id)]


def test_a_refusal_is_written_down_with_all_that_was_asked(
    slack: FakeSlack, ana: User, clock: Stopwatch
) -> None:
    board = slack.workspace.add_channel("board", kind=PRIVATE)
    typed = replace(asker(ana), request_id="R1")
    with empty_store() as store:
        gate = gate_on(slack, store, clock)
        let(store, ana.id)
        for refused in (
            partial(gate.require_post, typed, Action.SHARE, ENTERPRISE, board.id),
            partial(gate.require, typed, Action.AUDIT),
            partial(gate.require_member, asker(ana, OTHER_TEAM_ID)),
        ):
            with pytest.raises(AccessDeniedError):
                refused()
        shared, audit, other = (link.entry for link in entries(store))

    scope = '[["segment", "enterprise"]]'
    assert (shared.action, shared.scope, shared.reason) == ("share", scope, "no_role")
    assert (shared.surface, shared.channel) == ("private channel", board.id)
    assert (audit.action, audit.scope, audit.surface) == ("audit", None, "ephemeral")
    assert (audit.channel, other.action) == ("C1", "ask")  # C1: where it was typed
    assert (shared.request_id, audit.request_id) == ("R1", "R1")
    assert other.request_id not in {"", "R1"}


def test_a_refusal_stands_though_it_cannot_be_written_down(
    gate: Gate, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "write", busy)

    with pytest.raises(AccessDeniedError, match=Reason.NO_ROLE):
        gate.require(asker(ana), Action.GRANTS)


def test_what_was_remembered_of_somebody_is_forgotten_when_slack_says_so(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    gate.require_person(asker(ana))
    slack.workspace.put_user(replace(ana, kind=UserKind.GUEST))
    gate.require_person(asker(ana))

    gate.forget(ana.id)

    with pytest.raises(AccessDeniedError, match=Reason.GUEST):
        gate.require_person(asker(ana))


def test_who_is_in_a_group_is_forgotten_when_slack_says_so(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    group_id = slack.workspace.add_group([ana])
    assert gate.members(group_id) == {ana.id}
    slack.workspace.put_group(group_id, [])
    assert gate.members(group_id) == {ana.id}

    gate.forget(group_id)

    assert gate.members(group_id) == frozenset()


def test_an_answer_that_was_on_its_way_when_it_was_forgotten_is_not_remembered(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    release = Event()
    slack.faults.next("users.info", Fault.held(release))
    asking = Thread(target=gate.require_person, args=[asker(ana)])
    asking.start()
    wait_for(lambda: slack.calls_to("users.info"), what="the look-up")

    gate.forget(ana.id)
    release.set()
    asking.join()
    gate.require_person(asker(ana))

    assert len(slack.calls_to("users.info")) == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"is_archived": True}, False),
        ({"is_ext_shared": True}, True),
        ({"is_pending_ext_shared": True}, True),
        ({"pending_connected_team_ids": (OTHER_TEAM_ID,)}, True),
        ({"is_ext_shared": True, "is_archived": True}, True),
        ({"is_org_shared": True}, False),
    ],
)
def test_who_reads_a_channel_is_said_though_it_is_archived(
    gate: Gate, slack: FakeSlack, revops: Channel, changes: dict[str, Any], *, expected: bool
) -> None:
    slack.workspace.put_channel(replace(revops, **changes))

    assert gate.is_shared_outside(revops.id) is expected


@pytest.mark.parametrize("fault", FAILURES)
def test_who_reads_a_channel_is_not_said_where_slack_does_not(
    gate: Gate, slack: FakeSlack, revops: Channel, fault: Fault
) -> None:
    slack.faults.next("conversations.info", fault)

    with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_CHANNEL):
        gate.is_shared_outside(revops.id)


def test_what_nobody_in_particular_posts_has_to_be_approved_for_its_channel_all_the_same(
    gate: Gate, slack: FakeSlack, store: Store
) -> None:
    general = slack.workspace.add_channel("general")
    with pytest.raises(AccessDeniedError, match="first approves it"):
        gate.require_channel_for(general.id, ENTERPRISE)

    approve(store, general)

    assert gate.require_channel_for(general.id, ENTERPRISE).channel_id == general.id
    with pytest.raises(AccessDeniedError, match=Reason.NO_NAMES):
        gate.require_channel_for(general.id, Reach(account_detail=True))


def test_a_form_may_go_on_where_slack_says_nothing_of_a_channel_but_not_where_it_says_no(
    gate: Gate, slack: FakeSlack, revops: Channel
) -> None:
    slack.faults.next("conversations.info", Fault.server_error(503))
    gate.require_channel_if_known(revops.id)

    slack.workspace.put_channel(replace(revops, is_archived=True))
    with pytest.raises(AccessDeniedError, match=Reason.ARCHIVED):
        gate.require_channel_if_known(revops.id)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (UserKind.MEMBER, None),
        (UserKind.GUEST, Reason.GUEST),
        (UserKind.BOT, Reason.BOT),
        (UserKind.DEACTIVATED, Reason.DEACTIVATED),
        (UserKind.EXTERNAL, Reason.OTHER_WORKSPACE),
    ],
    ids=str,
)
def test_why_somebody_may_be_granted_nothing_is_known(
    gate: Gate, slack: FakeSlack, kind: UserKind, reason: Reason | None
) -> None:
    assert gate.barred(slack.workspace.add_user("kim", kind).id) is reason


def test_whether_somebody_is_barred_is_asked_anew_if_it_has_to_be(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    assert gate.barred(ana.id) is None
    slack.workspace.put_user(replace(ana, kind=UserKind.GUEST))

    assert gate.barred(ana.id) is None
    assert gate.barred(ana.id, fresh=True) is Reason.GUEST


def test_a_refusal_that_was_found_elsewhere_is_counted_and_written_down(
    slack: FakeSlack, store: Store, ana: User, clock: Stopwatch
) -> None:
    denied: list[str] = []
    gate = gate_on(slack, store, clock, denied.append)

    gate.refuse(asker(ana), Action.ASK, Reason.OUT_OF_SCOPE, ENTERPRISE)

    (link,) = entries(store)
    assert denied == ["out_of_scope"]
    assert (link.entry.actor, link.entry.action, link.entry.scope) == (
        *(ana.id, "ask", '[["segment", "enterprise"]]'),
    )
    assert (link.entry.decision, link.entry.reason) == ("deny", "out_of_scope")


def test_administrators_by_name_are_told_once_and_groups_take_no_message(store: Store) -> None:
    let(store, "U1", ("segment", "smb"), role=Role.ADMIN)
    let(store, "U1", role=Role.ADMIN)
    let(store, "U2", role=Role.ANALYST)
    let(store, "S1", role=Role.ADMIN)
    records = Records(store=store, now=utc_now)

    assert admins(records) == ("U1",)
    assert admins(replace(records, admin_id="U3")) == ("U1", "U3")


def test_who_is_in_a_group_is_asked_anew_if_it_has_to_be(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    group_id = slack.workspace.add_group([ana])
    assert gate.members(group_id) == {ana.id}
    slack.workspace.put_group(group_id, [])

    assert gate.members(group_id, fresh=True) == frozenset()

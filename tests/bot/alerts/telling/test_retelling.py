"""A right that is lost between writing and sending: what may not be seen leaves, the rest comes."""

import pytest

from bot.alerts.evaluating import Evaluator
from bot.alerts.telling.retelling import Retelling
from bot.alerts.wiring import build_alert_job, build_composer
from bot.answers.answers import Answers
from bot.delivery.permissions import Denial
from bot.delivery.rewriting import Rewriting
from bot.delivery.verdicts import PostVerdict, Ruling
from bot.slack.client import slack_client
from metrics.alerts.rules import DEFAULT_RULES
from metrics.rollup import Scope
from storage.access.grants import Approval, Role, put_approval, take_approvals, take_grants
from storage.alerts.notices import notified_recipients
from storage.alerts.rules import add, set_enabled, set_recipients
from storage.alerts.states import read_alerts
from storage.delivery.claiming import claim
from storage.delivery.parcels import Claim, State
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.delivery.letters import Office
from tests.bot.edge import approve, let, settings_for
from tests.metrics.alerts.own_rules import below
from tests.slack.faults import Fault
from tests.slack.messages import Message
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID
from tests.storage.courses import STEADY, course, month
from tests.storage.filled import fill

pytestmark = [
    pytest.mark.slack,
    # what it asks of a store has its tests on each kind of database in `tests.storage`
    pytest.mark.parametrize("any_template", ["sqlite"], indirect=True),
]

SMB: Scope = (("segment", "smb"),)
ENTERPRISE: Scope = (("segment", "enterprise"),)
FALLS = {
    # smb is the worse, whose picture the message has
    "smb": course(enterprise=(*STEADY, "97", "97"), smb=(*STEADY, "94", "94")),
    "enterprise": course(enterprise=(*STEADY, "94", "94"), smb=(*STEADY, "97", "97")),
}


@pytest.fixture
def worst() -> str:
    """The segment that falls the furthest; a test parametrizes it."""
    return "smb"


@pytest.fixture
def office(slack: FakeSlack, any_store: Store, ana: User, revops: Channel, worst: str) -> Office:
    """Both segments have fallen, and nobody is told yet."""
    slack.clock.freeze()
    fill(any_store, FALLS[worst], closed_through=month(8))
    found = Office(slack=slack, store=any_store, owner=ana, channel=revops, admin_channel=ana.id)
    chosen = settings_for(slack)
    answers = Answers.of(any_store, chosen)
    composer = build_composer(
        chosen, answers=answers, client=slack_client(chosen), gate=found.gate()
    )
    found.compose = Retelling(store=any_store, composer=composer, today=answers.today).compose
    return found


@pytest.fixture
def bob(slack: FakeSlack, office: Office) -> User:
    """Bob sees two segments, and nothing of the whole company."""
    bob = slack.workspace.add_user("bob")
    for scope in (SMB, ENTERPRISE):
        let(office.store, bob.id, *scope)
    return bob


def write(office: Office, recipient: str) -> None:
    """Put on its way what is to be told of the falls."""
    for one in DEFAULT_RULES:
        with office.store.write(ledger=False) as session:
            set_recipients(session, one.rule_id, (recipient,), now=office.now())
    evaluate(office)


def evaluate(office: Office) -> None:
    chosen = settings_for(office.slack)
    build_alert_job(
        chosen,
        evaluator=Evaluator(answers=Answers.of(office.store, chosen), now=office.now),
        client=slack_client(chosen),
        gate=office.gate(),
    ).run()


def take(office: Office, person: User, scope: Scope) -> None:
    with office.store.write(ledger=False) as session:
        assert take_grants(session, person.id, scope)


def own(office: Office, scope: Scope, owner: User, *, told: str) -> None:
    with office.store.write(ledger=False) as session:
        add(session, below("100", scope), owner_id=owner.id, recipients=(told,), now=office.now())


def alerts(office: Office) -> list[OutboxRow]:
    return [row for row in office.rows() if row.kind == "alert"]


def pictured(message: Message) -> list[str]:
    """What the pictures of a message show, in words."""
    return [block["alt_text"] for block in message.blocks if block["type"] == "image"]


@pytest.mark.parametrize("worst", ["smb", "enterprise"])
@pytest.mark.parametrize(("lost", "kept"), [("smb", "enterprise"), ("enterprise", "smb")])
def test_the_line_that_may_not_be_seen_leaves_and_the_rest_comes_once_with_its_picture(
    office: Office, bob: User, worst: str, lost: str, kept: str
) -> None:
    write(office, bob.id)
    [written] = alerts(office)
    take(office, bob, (("segment", lost),))

    office.settle_down()

    [message] = office.direct(bob)
    assert lost not in repr((message.text, message.blocks))
    [first, *_] = message.text.splitlines()
    assert first.startswith(f"NRR of {kept} ")
    assert f"{94 if kept == worst else 97}.0%" in first
    [picture] = pictured(message)
    assert kept in picture
    [sent] = alerts(office)  # the same message, with its mark
    assert (sent.dedupe_key, sent.state) == (written.dedupe_key, State.SENT)
    assert sent.picture_state == "shown"
    assert len(office.posts()) == 2  # the second is the note below


@pytest.mark.parametrize("lost", ["smb", "enterprise"])
def test_a_right_that_is_lost_between_text_and_picture_takes_its_line_out_of_both(
    office: Office, bob: User, lost: str
) -> None:
    write(office, bob.id)
    assert office.courier().work_once()
    [message] = office.direct(bob)
    assert lost in message.text
    take(office, bob, (("segment", lost),))

    office.settle_down()

    [message] = office.direct(bob)
    assert lost not in repr((message.text, message.blocks))
    assert len(pictured(message)) == 1
    assert [row.picture_state for row in alerts(office)] == ["shown"]


def test_who_answers_for_it_is_told_that_a_part_was_left_out_and_nothing_more(
    office: Office, bob: User
) -> None:
    write(office, bob.id)
    take(office, bob, SMB)

    office.settle_down()

    [said] = office.told()
    assert said == (
        f"A part of an alert for <@{bob.id}> was left out: they may not see these figures."
        " `/nrr alerts` shows how alerts stand, and who hears of them."
    )


def test_of_the_line_that_left_its_reader_has_heard_nothing(office: Office, bob: User) -> None:
    write(office, bob.id)
    take(office, bob, SMB)
    office.settle_down()

    with office.store.read() as session:
        told = notified_recipients(session)
        stored = read_alerts(session)
    assert {stored[fingerprint].scope for fingerprint, _ in told} == {ENTERPRISE}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.reset_after_accept(), id="slack-has-it"),
        pytest.param(Fault.reset_before_accept(), id="slack-has-it-not"),
    ],
)
def test_a_message_in_doubt_whose_reader_lost_a_right_comes_once_and_without_the_line(
    office: Office, bob: User, fault: Fault
) -> None:
    write(office, bob.id)
    office.slack.faults.next("chat.postMessage", fault)
    assert office.courier().work_once()
    take(office, bob, SMB)

    office.settle_down()

    [message] = office.direct(bob)
    assert "smb" not in repr((message.text, message.blocks))
    assert [row.state for row in alerts(office)] == [State.SENT]


def test_with_every_line_lost_nothing_is_sent(office: Office, bob: User) -> None:
    write(office, bob.id)
    for scope in (SMB, ENTERPRISE):
        take(office, bob, scope)

    office.settle_down()

    assert office.direct(bob) == []
    assert [row.state for row in alerts(office)] == [State.DEAD]
    [said] = office.told()
    assert "could not be delivered" in said


def test_while_slack_cannot_say_who_they_are_the_message_waits_whole(
    office: Office, bob: User
) -> None:
    write(office, bob.id)
    office.slack.faults.next("users.info", Fault.server_error(503))

    office.settle_down()

    [message] = office.direct(bob)
    assert "smb" in message.text
    assert "enterprise" in message.text
    assert office.told() == []


def test_who_may_not_see_accounts_any_more_gets_the_figures_without_their_names(
    office: Office, bob: User
) -> None:
    for scope in (SMB, ENTERPRISE):
        let(office.store, bob.id, *scope, account_detail=True)
    write(office, bob.id)
    [written] = alerts(office)
    assert "smb-00" in (written.payload_json or "")
    let(office.store, bob.id, *SMB)

    office.settle_down()

    [message] = office.direct(bob)
    assert "smb-0" not in repr((message.text, message.blocks))
    assert "smb fell to 94.0%" in message.text
    assert "enterprise" in message.text
    assert len(office.told()) == 1


def test_a_line_that_a_public_channel_may_not_have_any_more_leaves(office: Office) -> None:
    public = office.slack.workspace.add_channel("all-hands")
    approve(office.store, public)
    for scope in (SMB, ENTERPRISE):
        with office.store.write(ledger=False) as session:
            add(session, below("100", scope), recipients=(public.id,), now=office.now())
    evaluate(office)
    with office.store.write(ledger=False) as session:
        take_approvals(session, public.id)
        put_approval(session, Approval(channel_id=public.id, scope=SMB), by="U0", now=office.now())

    office.settle_down()

    [message] = office.shown(public)
    assert "smb" in message.text
    assert "enterprise" not in repr((message.text, message.blocks))


def test_a_line_that_its_owner_may_not_have_posted_any_more_leaves_a_channel(
    office: Office, bob: User, revops: Channel
) -> None:
    for scope, owner in ((SMB, office.owner), (ENTERPRISE, bob)):
        let(office.store, owner.id, *scope, role=Role.ANALYST)
        own(office, scope, owner, told=revops.id)
    evaluate(office)
    take(office, bob, ENTERPRISE)

    office.settle_down()

    [message] = office.shown(revops)
    assert "smb" in message.text
    assert "enterprise" not in repr((message.text, message.blocks))


def test_only_whoever_answers_for_the_line_that_left_is_told_of_it(
    office: Office, bob: User, slack: FakeSlack
) -> None:
    carol = slack.workspace.add_user("carol")
    for scope, owner in ((SMB, office.owner), (ENTERPRISE, carol)):
        own(office, scope, owner, told=bob.id)
    office.admin_channel = None
    evaluate(office)
    take(office, bob, ENTERPRISE)

    office.settle_down()

    assert office.told() == []
    [said] = office.told(carol)
    assert "was left out" in said


def test_whoever_answers_for_a_line_that_lost_its_names_is_told(
    office: Office, bob: User, slack: FakeSlack
) -> None:
    let(office.store, bob.id, *SMB, account_detail=True)
    carol = slack.workspace.add_user("carol")
    with office.store.write(ledger=False) as session:
        for one in DEFAULT_RULES:
            set_enabled(session, one.rule_id, is_enabled=False, now=office.now())
    own(office, SMB, carol, told=bob.id)
    evaluate(office)
    let(office.store, bob.id, *SMB)

    office.settle_down()

    [message] = office.direct(bob)
    assert "smb-0" not in repr((message.text, message.blocks))
    [said] = office.told(carol)
    assert "was left out" in said


def test_whoever_lost_the_claim_rewrites_nothing_and_tells_nobody(
    office: Office, bob: User
) -> None:
    write(office, bob.id)
    first = claim_by(office, "first")
    office.wait(minutes=3)
    claim_by(office, "second")
    before, [written] = told_of(office), alerts(office)
    lost = PostVerdict(ruling=Ruling.TARGET, code="out_of_scope")
    kept = frozenset(list(before)[:1])
    assert office.compose(first.parcel, kept) is not None

    rewriting = Rewriting(
        store=office.store, compose=office.compose, notices=office.notices(), now=office.now
    )

    assert rewriting.rewrite(first, Denial(verdict=lost, kept=kept)) is None
    assert told_of(office) == before
    assert [row.payload_json for row in office.rows()] == [written.payload_json]


def claim_by(office: Office, owner: str) -> Claim:
    with office.store.write(ledger=False) as session:
        claimed = claim(session, owner=owner, now=office.now(), team_id=TEAM_ID)
    assert claimed is not None
    return claimed


def told_of(office: Office) -> set[str]:
    """Find the fingerprints of the alerts that somebody was told of."""
    with office.store.read() as session:
        return {fingerprint for fingerprint, _ in notified_recipients(session)}

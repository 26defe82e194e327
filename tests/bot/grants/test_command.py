import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import pytest

from bot.access.decisions import Reason
from bot.answers.answers import Answers
from bot.clock import utc_now
from bot.questions.buttons import BY_DIMENSION, SHARE
from storage.access import audit
from storage.access.audit import Entry
from storage.access.grants import Role, list_grants, new_admin_code
from storage.errors import EmptyLedgerError
from storage.store.engine import Store
from tests.bot.edge import Scene, let, running_bot
from tests.bot.offered import offered
from tests.bot.small_company import answers_from, small_company
from tests.slack.people import ChannelKind, User, UserKind
from tests.storage.stores import execute

pytestmark = pytest.mark.slack
ENTERPRISE = ("segment", "enterprise")
NO_GRANT = f"{Reason.NO_GRANT[:1].upper()}{Reason.NO_GRANT[1:]}."
NO_ROLE = f"{Reason.NO_ROLE[:1].upper()}{Reason.NO_ROLE[1:]}."


@dataclass(frozen=True, kw_only=True)
class Office:
    """The real bot on a small company; Ana is its administrator, Bob is nobody yet."""

    scene: Scene
    store: Store
    bob: User

    def said(self, text: str, *, by: User | None = None) -> str:
        """Return what Ana, or somebody else, is told when they type that."""
        return self.scene.ask(text, by=by).wait_for_answer().text

    def entries(self) -> list[Entry]:
        """Return what the audit says."""
        with self.store.read() as session:
            audit.verify(session)
            return [link.entry for link in audit.every(session)]


@pytest.fixture
def office(scene: Scene, tmp_path: Path) -> Iterator[Office]:
    store = small_company(tmp_path)
    let(store, scene.ana.id, role=Role.ADMIN, account_detail=True)
    bob = scene.slack.workspace.add_user("bob")
    names = frozenset({scene.revops.id})
    with running_bot(
        scene.slack,
        store=store,
        asking=answers_from(store),
        nrrbot_names_in_channels=names,
        nrrbot_time_zone="America/Toronto",
    ):
        yield Office(scene=scene, store=store, bob=bob)
    store.engine.dispose()


def test_an_administrator_lets_somebody_see_a_segment_and_takes_it_back(office: Office) -> None:
    bob, question = office.bob, "enterprise last-quarter"
    assert office.said(question, by=bob) == NO_GRANT

    granted = office.said(f"access grant <@{bob.id}|bob> viewer enterprise with accounts")
    assert granted.startswith(f"<@{bob.id}> is now viewer of segment:enterprise with accounts")
    assert "NRR" in office.said(question, by=bob)

    office.said(f"access revoke <@{bob.id}|bob>")
    assert office.said(question, by=bob) == NO_GRANT


def test_only_a_grant_from_which_the_rest_follows_is_warned_of(office: Office) -> None:
    said = [
        office.said(f"access grant {office.bob.id} viewer {segment}")
        for segment in ("industry:fintech", "enterprise")
    ]

    assert ["as good as granting the company" in one for one in said] == [False, True]


def test_each_change_and_each_question_is_in_the_audit_and_no_amount(office: Office) -> None:
    bob = office.bob
    office.said(f"access grant {bob.id} viewer enterprise --account-detail")
    office.said("enterprise last-quarter", by=bob)
    office.said("smb last-quarter", by=bob)
    office.said("company last-quarter", by=bob)

    told = [
        (entry.actor, entry.action, entry.scope, entry.decision, entry.reason)
        for entry in office.entries()
    ]
    ana = office.scene.ana
    enterprise, smb = ('[["segment", "enterprise"]]', '[["segment", "smb"]]')
    assert told == [
        (ana.id, f"grant viewer+account_detail {bob.id}", enterprise, "allow", None),
        (bob.id, "ask", enterprise, "allow", None),
        (bob.id, "ask", smb, "deny", "out_of_scope"),
        (bob.id, "ask", None, "deny", "out_of_scope"),
    ]
    assert office.entries()[1].data_version == 1


def test_what_somebody_may_not_see_reads_like_what_is_not_there(office: Office) -> None:
    let(office.store, office.bob.id, ENTERPRISE, account_detail=True)

    denied = office.said("smb last-quarter", by=office.bob)
    unknown = office.said("xyzzy last-quarter", by=office.bob)

    assert denied.replace("smb", "xyzzy") == unknown
    assert "Try: account" in denied


def test_few_accounts_take_account_detail(office: Office) -> None:
    let(office.store, office.bob.id, ENTERPRISE)

    said = office.said("enterprise last-quarter", by=office.bob)

    line = f"access grant {office.bob.id} viewer segment:enterprise with accounts"
    assert said == (
        "That could tell of fewer than five accounts: ask an administrator of this bot to type"
        f" `/nrr {line}`."
    )
    office.said(line)  # the line does what it says
    assert "NRR" in office.said("enterprise last-quarter", by=office.bob)
    assert office.entries()[0].reason == "no_detail"


def test_everybody_in_a_user_group_gets_what_it_was_granted(office: Office) -> None:
    group = office.scene.slack.workspace.add_group([office.bob])

    said = office.said(f"access grant <!subteam^{group}|@revops> analyst company with accounts")

    assert said == f"<!subteam^{group}> is now analyst of the whole company with accounts."
    assert "NRR" in office.said("last-quarter", by=office.bob)


def test_only_who_may_share_has_the_button(office: Office) -> None:
    let(office.store, office.bob.id, account_detail=True)

    answer = office.scene.ask("last-quarter", by=office.bob).wait_for_answer()

    assert SHARE not in offered(answer)


def test_a_public_channel_has_to_be_approved_before_anything_is_shared_there(
    office: Office,
) -> None:
    scene = office.scene
    scene.slack.workspace.put_channel(replace(scene.revops, kind=ChannelKind.PUBLIC))
    answer = scene.ask("last-quarter").wait_for_answer()

    refused = scene.click(answer, SHARE).wait_for_answer().text
    assert "first approves it" in refused
    assert scene.shared() == []

    assert office.said("access approve company") == (
        f"Figures of the whole company may now be posted in <#{scene.revops.id}>."
    )
    assert scene.click(answer, SHARE).wait_for_answer().text == "Shared."
    assert office.said("access withdraw").endswith("is no longer approved for the whole company.")
    assert [e.action for e in office.entries() if e.decision == "allow"][1:] == [
        f"approve {scene.revops.id}",
        "share",
        f"withdraw {scene.revops.id}",
    ]


@pytest.mark.parametrize(
    "text", ["access list", "access grant {bob} admin", "access why {bob} company", "audit"]
)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_administrators_see_and_change_who_may_see_what(
    office: Office, text: str, role: Role
) -> None:
    let(office.store, office.bob.id, role=role, account_detail=True)

    said = office.said(text.format(bob=office.bob.id), by=office.bob)

    assert said == NO_ROLE
    with office.store.read() as session:
        assert len(list_grants(session)) == 2


def test_everybody_sees_what_they_may_see_themselves(office: Office) -> None:
    let(office.store, office.bob.id, ENTERPRISE)

    assert office.said("access", by=office.bob) == "You are viewer of segment:enterprise."


def test_the_list_has_every_grant_and_every_approval(office: Office) -> None:
    let(office.store, office.bob.id, ENTERPRISE, role=Role.ANALYST)
    office.said("access approve enterprise")

    assert office.said("access list").splitlines() == [
        f"<@{office.scene.ana.id}>: administrator of the whole company with accounts",
        f"<@{office.bob.id}>: analyst of segment:enterprise",
        f"<#{office.scene.revops.id}>: approved for segment:enterprise",
    ]


def test_a_decision_is_explained_step_by_step(office: Office) -> None:
    let(office.store, office.bob.id, ENTERPRISE)

    assert office.said(f"access why {office.bob.id} smb").splitlines() == [
        f"<@{office.bob.id}>",
        "Who it is: a full member of this workspace.",
        "Granted: viewer of segment:enterprise.",
        "Asking about segment:smb: no: they may not see these figures.",
        "Sharing segment:smb: no: they may not see these figures.",
        "May not see segment:smb.",
    ]


def test_of_somebody_without_a_grant_it_is_said_that_they_have_none(office: Office) -> None:
    said = office.said(f"access why {office.bob.id} company").splitlines()

    assert said[2:] == [
        "Granted: nothing.",
        "Asking about the whole company: no: they may not see figures yet.",
        "Sharing the whole company: no: they may not see figures yet.",
        "May not see the whole company.",
    ]


def test_of_somebody_outside_it_is_said_that_they_are(office: Office) -> None:
    guest = office.scene.slack.workspace.add_user("kim", UserKind.GUEST)
    let(office.store, guest.id)

    said = office.said(f"access why {guest.id} company").splitlines()

    assert said[1] == f"Who it is: no: {Reason.GUEST}."
    assert said[-1] == "May not see the whole company."


def test_the_newest_decisions_are_shown_to_an_administrator(office: Office) -> None:
    assert office.said("audit") == "Nothing was decided yet."
    office.said("last-quarter", by=office.bob)

    said = office.said("audit")
    assert said == ("And 1 question (1 refused) in that time: `/nrr audit questions` lists them.")
    asked = office.said("audit questions").splitlines()
    assert asked[0] == "The newest decisions; times are of America/Toronto."
    assert asked[1].endswith(
        f"<@{office.bob.id}> tried to ask about figures in"
        f" <#{office.scene.revops.id}>, and was refused (no grant)."
    )


def test_grants_are_told_as_sentences_and_questions_are_counted(office: Office) -> None:
    ana, bob, here = office.scene.ana.id, office.bob.id, office.scene.revops.id
    office.said(f"access grant <@{bob}> analyst enterprise with accounts")
    office.said("enterprise last-quarter", by=office.bob)
    office.said("smb last-quarter", by=office.bob)
    office.said("access approve enterprise")
    office.said(f"access revoke <@{bob}>")
    office.said("last-quarter")

    heading, *told, asked = office.said("audit").splitlines()

    assert heading == "The newest decisions; times are of America/Toronto."
    assert [line.partition(": ")[2] for line in told] == [
        f"<@{ana}> took from <@{bob}> what was granted of everything.",
        f"<@{ana}> approved figures of segment:enterprise in <#{here}>.",
        f"<@{ana}> made <@{bob}> analyst of segment:enterprise with accounts.",
    ]
    assert asked.startswith("And 3 questions (1 refused) in that time")
    assert len(office.said("audit questions").splitlines()) == 4


def test_the_audit_is_verified_in_slack(office: Office) -> None:
    assert office.said("audit verify") == "Nothing was decided yet."
    office.said("access approve enterprise")

    assert office.said("audit Verify").startswith("All 1 entries are as they were written")
    execute(office.store, "DROP TRIGGER audit_no_update", "UPDATE audit SET actor = 'U1'")
    assert "entry 1" in office.said("audit verify")
    assert office.said("audit everything").startswith("Type `/nrr audit` for the newest decisions")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("access dance", "Type `/nrr access`"),
        ("access grant", "Say who and what"),
        ("access grant bob viewer company", "Name a person or a user group"),
        ("access grant U012AB3CD king company", "A role is viewer, analyst or admin"),
        ("access grant U012AB3CD viewer", "Say what it is about: company"),
        ("access grant U012AB3CD viewer xyzzy", 'I don\'t know "xyzzy". Try: segment:enterprise.'),
        ("access grant U012AB3CD viewer enterprise ttm", "Only say which accounts here"),
        ("access grant U012AB3CD viewer value_tier:high", "Value_tier is cut at shares"),
        ("access revoke", "Say whose"),
        ("access revoke U012AB3CD", "They have no such grant"),
        ("access withdraw", "That channel has no such approval"),
        ("access list all", "`/nrr access list` takes no more words"),
        ("access why S012AB3CD company", "Ask about a person"),
        ("access why", "Say about whom and what"),
        ("access claim nonsense", "This code is not valid"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    office: Office, text: str, sentence: str
) -> None:
    assert office.said(text).startswith(sentence)


def test_granting_all_segments_but_one_is_warned_of(office: Office) -> None:
    first = office.said(f"access grant {office.bob.id} viewer enterprise")
    second = office.said(f"access grant {office.bob.id} viewer smb")

    assert "as good as granting the company" in first + second
    assert office.said("last-quarter", by=office.bob) == (
        "Say which accounts, as in `/nrr segment:enterprise last-quarter`: you may see"
        " segment:enterprise, segment:smb."
    )


def test_who_sees_one_segment_gets_it_without_naming_it_and_no_button_out_of_it(
    office: Office,
) -> None:
    let(office.store, office.bob.id, ENTERPRISE, account_detail=True)
    for text in ("", "last-quarter"):
        answer = office.scene.ask(text, by=office.bob).wait_for_answer()
        assert "enterprise" in answer.text.splitlines()[0]
        questions = offered(answer)
        assert BY_DIMENSION not in questions
        assert all("segment:enterprise" in asked for asked in questions.values())

    whole = office.scene.ask("enterprise last-quarter").wait_for_answer()
    assert offered(whole)[BY_DIMENSION] == "2026-Q3 by segment"


# Roles that get lower, and grants that show nothing


LAST = "That would leave this bot without an administrator"


@pytest.mark.parametrize("to", ["analyst company", "viewer company with accounts"])
def test_the_only_administrator_cannot_make_themself_less(office: Office, to: str) -> None:
    ana = office.scene.ana

    assert office.said(f"access grant <@{ana.id}> {to}").startswith(LAST)
    assert office.said(f"access revoke <@{ana.id}>").startswith(LAST)
    assert office.said(f"access revoke <@{ana.id}> company").startswith(LAST)

    assert (
        office.said("access list")
        == f"<@{ana.id}>: administrator of the whole company with accounts"
    )
    told = [(entry.action, entry.decision, entry.reason) for entry in office.entries()]
    detail = "+account_detail" if "accounts" in to else ""
    refused = ("deny", "last_administrator")
    assert told == [
        (f"grant {to.split(maxsplit=1)[0]}{detail} {ana.id}", *refused),
        (f"revoke {ana.id}", *refused),
        (f"revoke {ana.id}", *refused),
    ]
    assert (
        office.said("audit")
        .splitlines()[-1]
        .endswith(
            f": <@{ana.id}> tried to make <@{ana.id}> {to.split(maxsplit=1)[0]}"
            f" of the whole company{' with accounts' if detail else ''},"
            " and was refused (last administrator)."
        )
    )


def test_once_there_is_another_administrator_a_demotion_says_what_was_before(
    office: Office,
) -> None:
    ana, bob = office.scene.ana, office.bob
    assert office.said(f"access grant <@{bob.id}> administrator") == (
        f"<@{bob.id}> is now administrator of the whole company."
    )

    assert office.said(f"access grant <@{ana.id}> analyst company") == (
        f"<@{ana.id}> is now analyst of the whole company"
        " (was administrator; no longer with accounts)."
    )
    assert office.said("access list") == NO_ROLE
    assert office.said(f"access revoke <@{bob.id}>", by=bob).startswith(LAST)


@pytest.mark.parametrize(
    "kind", [UserKind.GUEST, UserKind.DEACTIVATED, UserKind.EXTERNAL, UserKind.BOT], ids=str
)
def test_an_administrator_who_may_see_nothing_is_none_who_is_left(
    office: Office, kind: UserKind
) -> None:
    kim = office.scene.slack.workspace.add_user("kim", kind)
    office.said(f"access grant <@{kim.id}> admin")

    assert office.said(f"access grant <@{office.scene.ana.id}> analyst company").startswith(LAST)


def test_a_user_group_of_guests_is_no_administrator_who_is_left(office: Office) -> None:
    workspace, ana = office.scene.slack.workspace, office.scene.ana
    guests = workspace.add_group([workspace.add_user("kim", UserKind.GUEST)])
    members = workspace.add_group([office.bob])

    said = office.said(f"access grant <!subteam^{guests}> admin")
    assert said.endswith("that is a user group without anybody who may see figures.")
    assert office.said(f"access revoke <@{ana.id}>").startswith(LAST)

    office.said(f"access grant <!subteam^{members}> admin")
    assert office.said(f"access revoke <@{ana.id}>").startswith(f"<@{ana.id}> is no longer")


def test_account_detail_is_given_and_taken_in_words(office: Office) -> None:
    who = f"<@{office.bob.id}>"
    given = office.said(f"access grant {who} analyst company with accounts")
    again = office.said(f"access grant {who} analyst company With Accounts")
    taken = office.said(f"access grant {who} analyst company without accounts")

    assert given == again == f"{who} is now analyst of the whole company with accounts."
    assert taken == f"{who} is now analyst of the whole company (no longer with accounts)."
    assert office.said("access", by=office.bob) == "You are analyst of the whole company."


def test_of_a_guest_it_is_said_that_they_will_see_nothing(office: Office) -> None:
    kim = office.scene.slack.workspace.add_user("kim", UserKind.GUEST)
    gone = office.scene.slack.workspace.add_user("leo", UserKind.DEACTIVATED)

    said = office.said(f"access grant <@{kim.id}> viewer company")
    office.said(f"access grant <@{gone.id}> viewer company")

    assert said == (
        f"<@{kim.id}> is now viewer of the whole company."
        f" <@{kim.id}> will see nothing: that is a guest."
    )
    assert office.said("access list").splitlines()[1:] == [
        f"<@{kim.id}>: viewer of the whole company (a guest: sees nothing)",
        f"<@{gone.id}>: viewer of the whole company (somebody deactivated: sees nothing)",
    ]


# The first administrator


@pytest.fixture
def nobody(scene: Scene, tmp_path: Path) -> Iterator[Office]:
    """The same without any grant."""
    store = small_company(tmp_path)
    bob = scene.slack.workspace.add_user("bob")
    with running_bot(scene.slack, store=store, asking=answers_from(store)):
        yield Office(scene=scene, store=store, bob=bob)
    store.engine.dispose()


def test_who_types_the_code_becomes_the_first_administrator_whatever_the_ledger_says(
    nobody: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise EmptyLedgerError

    monkeypatch.setattr(Answers, "ask", refuse)
    with nobody.store.write(ledger=False) as session:
        code = new_admin_code(session, now=utc_now())

    assert nobody.said("access list") == NO_GRANT
    assert nobody.said(f"access claim {code}").startswith("You are the first administrator.")
    assert (
        nobody.said("access list")
        == f"<@{nobody.scene.ana.id}>: administrator of the whole company"
    )
    assert nobody.said(f"access claim {code}", by=nobody.bob).startswith("This code is not valid")
    assert [entry.action for entry in nobody.entries()][1] == f"claim {nobody.scene.ana.id}"


def test_the_first_administrator_of_a_small_company_is_asked_about_small_groups(
    nobody: Office,
) -> None:
    with nobody.store.write(ledger=False) as session:
        code = new_admin_code(session, now=utc_now())

    said = nobody.said(f"access claim {code}")

    assert "This company has 5 accounts, and groups of fewer than five are shown only" in said
    assert "`/nrr access small-groups show` shows them" in said


def test_an_administrator_lets_small_groups_be_shown_and_hides_them_again(office: Office) -> None:
    bob, question = office.bob, "enterprise last-quarter"
    office.said(f"access grant {bob.id} viewer enterprise")
    few = "That could tell of fewer than five accounts"
    assert office.said(question, by=bob).startswith(few)

    assert office.said("access small-groups show", by=bob) == NO_ROLE
    assert office.said("access small-groups show").startswith("Groups of fewer than five accounts")
    assert "NRR" in office.said(question, by=bob)
    assert "are shown to everybody" in office.said("access list")

    office.said("access small-groups hide")
    assert "NRR" not in office.said(question, by=bob)
    assert [entry.action for entry in office.entries() if "small" in entry.action] == [
        "small_groups show",
        "small_groups hide",
    ]
    assert "`access small-groups show`" in office.said("access small-groups")


@pytest.mark.parametrize("kind", [UserKind.GUEST, UserKind.EXTERNAL, UserKind.BOT], ids=str)
def test_nobody_from_outside_becomes_administrator(nobody: Office, kind: UserKind) -> None:
    stranger = nobody.scene.slack.workspace.add_user("kim", kind)
    with nobody.store.write(ledger=False) as session:
        code = new_admin_code(session, now=utc_now())

    said = nobody.said(f"access claim {code}", by=stranger)

    assert "igures" in said
    with nobody.store.read() as session:
        assert list_grants(session) == []


def test_what_the_guide_to_slack_says_to_type_is_done(office: Office) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "slack.md").read_text(encoding="utf-8")
    lines = re.findall(r"`/nrr (access (?:grant|approve) [^`]+)`", guide)
    group_id = office.scene.slack.workspace.add_group()
    people = {"@ana": f"<@{office.bob.id}|bob>", "@revops": f"<!subteam^{group_id}>"}

    told = [office.said(re.sub(r"@\w+", lambda name: people[name.group()], line)) for line in lines]

    assert [" is now " in said for said in told] == [True, True, True, False]
    assert told[3].startswith("Figures")

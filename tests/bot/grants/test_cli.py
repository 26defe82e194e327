import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.access import audit
from storage.store.engine import Store
from tests.bot.command_line import Capture, refusal, told
from tests.slack.people import User, UserKind
from tests.slack.server import FakeSlack
from tests.storage.stores import execute


@pytest.fixture(autouse=True)
def slack(company_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    del company_store
    with FakeSlack() as running:
        monkeypatch.setenv("SLACK_BOT_TOKEN", running.bot_token)
        monkeypatch.setenv("SLACK_API_URL", running.api_url)
        yield running


def test_access_is_granted_listed_and_taken_back(
    capsys: Capture, slack: FakeSlack, ana: User
) -> None:
    group = slack.workspace.add_group([ana])
    said = told(capsys, "access", "grant", "U012AB3CD", "viewer", "company")
    assert said == "U012AB3CD is now viewer of the whole company.\n"
    told(capsys, "access", "grant", group, "analyst", "segment=enterprise", "--account-detail")

    assert told(capsys, "access", "list").splitlines() == [
        "U012AB3CD: viewer of the whole company",
        f"{group}: analyst of segment:enterprise with accounts",
    ]
    assert json.loads(told(capsys, "access", "list", "--json"))["grants"][1] == {
        "grantee": group,
        "role": "analyst",
        "scope": {"segment": "enterprise"},
        "account_detail": True,
        "sees_nothing": None,
    }
    said = told(capsys, "access", "revoke", group, "enterprise")
    assert said == f"{group} is no longer analyst of segment:enterprise with accounts.\n"
    assert told(capsys, "access", "list").splitlines() == ["U012AB3CD: viewer of the whole company"]


def test_the_last_administrator_keeps_the_role_at_the_command_line_too(
    capsys: Capture, slack: FakeSlack, ana: User
) -> None:
    kim = slack.workspace.add_user("kim", UserKind.GUEST)
    told(capsys, "access", "grant", ana.id, "admin")
    guest = told(capsys, "access", "grant", kim.id, "admin")

    for words in (["revoke", ana.id], ["grant", ana.id, "viewer", "company"]):
        assert "without an administrator" in refusal(capsys, "access", *words)
    entries = json.loads(told(capsys, "audit", "export", "--json"))["entries"]
    assert [one["decision"] for one in entries] == ["allow", "allow", "deny", "deny"]
    assert {one["reason"] for one in entries} == {None, "last_administrator"}
    assert guest.splitlines()[1] == f"{kim.id} will see nothing: that is a guest."
    assert told(capsys, "access", "list").splitlines() == [
        f"{ana.id}: administrator of the whole company",
        f"{kim.id}: administrator of the whole company (a guest: sees nothing)",
    ]


def test_the_administrator_of_the_settings_has_account_detail_and_is_one_who_is_left(
    capsys: Capture, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(capsys, "access", "grant", "U012AB3CD", "admin")
    monkeypatch.setenv("NRRBOT_ADMIN", ana.id)

    told(capsys, "access", "revoke", "U012AB3CD")

    assert (
        told(capsys, "access", "list")
        == f"{ana.id}: administrator of the whole company with accounts\n"
    )


def test_a_store_is_set_up_without_a_token(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")

    said = told(capsys, "access", "grant", "U012AB3CD", "analyst", "company", "with", "accounts")

    assert said == "U012AB3CD is now analyst of the whole company with accounts.\n"


def test_small_groups_are_shown_to_everybody_and_hidden_again(capsys: Capture) -> None:
    assert "are shown to everybody" in told(capsys, "access", "small-groups", "show")
    assert "are shown to everybody" in told(capsys, "access", "list")
    assert "only with account detail" in told(capsys, "access", "small-groups", "hide")
    assert "small_groups hide" in told(capsys, "audit", "export")


def test_a_channel_is_approved_and_the_approval_withdrawn(capsys: Capture) -> None:
    assert "Nothing is granted yet" in told(capsys, "access", "list")

    told(capsys, "access", "approve", "C012AB3CD", "enterprise")
    assert told(capsys, "access", "list") == "C012AB3CD: approved for segment:enterprise\n"
    document = json.loads(told(capsys, "access", "list", "--json"))
    assert document["approvals"] == [{"channel": "C012AB3CD", "scope": {"segment": "enterprise"}}]
    assert "no longer approved" in told(capsys, "access", "withdraw", "C012AB3CD")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["grant", "ana", "viewer", "company"], "Name a person or a user group"),
        (["grant", "U012AB3CD", "owner", "company"], "A role is viewer, analyst or admin"),
        (["grant", "U012AB3CD", "viewer"], "Say what it is about"),
        (["revoke", "U012AB3CD"], "They have no such grant"),
        (["approve", "revops", "company"], "Name the channel by its id"),
        (["withdraw", "C012AB3CD", "company"], "That channel has no such approval"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    capsys: Capture, words: list[str], sentence: str
) -> None:
    assert sentence in refusal(capsys, "access", *words)


def test_the_administrator_of_the_settings_is_revoked_there(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NRRBOT_ADMIN", "U012AB3CD")

    said = refusal(capsys, "access", "revoke", "U012AB3CD")

    assert said.startswith("They are administrator by the setting NRRBOT_ADMIN")


def test_a_decision_is_explained_with_its_channel(
    capsys: Capture, slack: FakeSlack, ana: User
) -> None:
    general = slack.workspace.add_channel("general")
    told(capsys, "access", "grant", ana.id, "analyst", "company")
    words = ("access", "why", ana.id, "enterprise", "--channel", general.id)

    before = told(capsys, *words).splitlines()
    told(capsys, "access", "approve", general.id, "company")
    after = told(capsys, *words).splitlines()

    assert before[-1] == "May see segment:enterprise, and may not share it there."
    line = f"nrrbot access approve {general.id} segment:enterprise"
    public = f"this channel is public: `{line}` approves it for these figures"
    assert before[-2] == f"The channel: no: {public}."
    assert after[-2:] == [
        "The channel: a public channel of ours.",
        "May see segment:enterprise, and may share it there.",
    ]


def test_a_group_and_a_channel_that_cannot_be_had_are_told_of(
    capsys: Capture, slack: FakeSlack, ana: User
) -> None:
    group = slack.workspace.add_group([ana])
    told(capsys, "access", "grant", group, "analyst", "company")

    said = told(capsys, "access", "why", ana.id, "company", "--channel", "C404").splitlines()

    assert said[1] == f"Granted: analyst of the whole company, as a member of {group}."
    assert said[-2].startswith("The channel: no: Invite me")


def test_somebody_who_is_not_there_may_see_nothing(capsys: Capture) -> None:
    said = told(capsys, "access", "why", "U012AB3CD", "company").splitlines()

    assert said[0].startswith("Who it is: no: I could not check")
    assert said[-1] == "May not see the whole company."


# Asking as somebody


def test_a_question_is_answered_as_far_as_a_user_may_see_it(capsys: Capture, ana: User) -> None:
    question = ("ask", "enterprise", "2026-Q3", "--today", "2026-11-21", "--json")
    whole = json.loads(told(capsys, *question))
    assert "You may not see figures yet" in refusal(capsys, *question, "--user", ana.id)

    told(capsys, "access", "grant", ana.id, "viewer", "enterprise", "--account-detail")

    assert json.loads(told(capsys, *question, "--user", ana.id)) == whole
    said = refusal(capsys, "ask", "company", "--user", ana.id)
    assert "You may not see figures of the whole company: `nrrbot access list` shows" in said
    assert 'I don\'t know "smb"' in refusal(capsys, "ask", "smb", "--user", ana.id)


def test_a_refusal_of_another_person_names_what_is_typed_at_the_command_line(
    capsys: Capture, ana: User
) -> None:
    for segment in ("enterprise", "smb"):
        told(capsys, "access", "grant", ana.id, "viewer", segment)

    which = refusal(capsys, "ask", "", "--user", ana.id)
    small = refusal(capsys, "ask", "enterprise 2026-10-05", "--user", ana.id)

    assert f'as in `nrrbot ask "segment:enterprise last-quarter" --user {ana.id}`' in which
    assert f"`nrrbot access grant {ana.id} viewer segment:enterprise with accounts`" in small
    assert "/nrr" not in which + small


def test_a_guest_gets_nothing_whatever_was_granted(capsys: Capture, slack: FakeSlack) -> None:
    guest = slack.workspace.add_user("kim", UserKind.GUEST)
    told(capsys, "access", "grant", guest.id, "admin", "--account-detail")

    assert "Guests of this workspace" in refusal(capsys, "ask", "2026-Q3", "--user", guest.id)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_accounts_themselves_take_an_analyst(
    capsys: Capture, ana: User, tmp_path: Path, kind: str
) -> None:
    told(capsys, "access", "grant", ana.id, "viewer", "company", "--account-detail")
    question = ("ask", "2026-Q3", "--today", "2026-11-21", "--user", ana.id)
    path = str(tmp_path / "base") + f".{kind}"

    assert "Your role does not include that" in refusal(capsys, *question, f"--{kind}", path)
    assert not Path(path).exists()

    told(capsys, "access", "grant", ana.id, "analyst", "company", "--account-detail")
    told(capsys, *question, f"--{kind}", path)
    assert Path(path).exists()


def test_an_analyst_without_the_accounts_gets_no_file_of_them(
    capsys: Capture, ana: User, tmp_path: Path
) -> None:
    told(capsys, "access", "grant", ana.id, "analyst", "company")
    told(capsys, "access", "small-groups", "show")
    path = tmp_path / "base.csv"

    said = refusal(capsys, "ask", "2026-Q3", "--user", ana.id, "--csv", str(path))

    assert "The file names single accounts: ask an administrator of this bot to type" in said
    assert f"`nrrbot access grant {ana.id} analyst company with accounts`" in said
    assert not path.exists()


# The audit


def test_the_audit_is_checked_and_copied(capsys: Capture) -> None:
    assert told(capsys, "audit", "verify") == "Nothing was decided yet.\n"
    told(capsys, "access", "grant", "U012AB3CD", "viewer", "company")
    told(capsys, "access", "revoke", "U012AB3CD")

    assert told(capsys, "audit", "verify").startswith("All 2 entries are as they were written")
    rows = list(csv.DictReader(io.StringIO(told(capsys, "audit", "export"))))
    assert [row["action"] for row in rows] == ["grant viewer U012AB3CD", "revoke U012AB3CD"]
    assert tuple(rows[0]) == audit.COLUMNS
    entries = json.loads(told(capsys, "audit", "export", "--json"))["entries"]
    assert [entry["hash"] for entry in entries] == [row["hash"] for row in rows]


def test_an_audit_that_was_changed_is_said_to_be(capsys: Capture, company_store: Store) -> None:
    told(capsys, "access", "grant", "U012AB3CD", "viewer", "company")
    execute(company_store, "DROP TRIGGER audit_no_update", "UPDATE audit SET actor = 'U9'")

    assert "The audit is broken at entry 1" in refusal(capsys, "audit", "verify")

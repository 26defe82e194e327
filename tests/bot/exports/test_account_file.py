"""The file of a list: sent once, in a direct message, to whoever may have it."""

from functools import partial
from pathlib import Path

import pytest

from bot.answers.account_files import account_file
from bot.answers.answers import Answers
from bot.answers.asking import Asking
from bot.errors import AccessDeniedError, UsageError
from bot.exports.account_file import BEFORE, ON_ITS_WAY, FileButton
from bot.questions.buttons import CSV_FILE
from bot.slack.sent import Click
from storage.access.grants import Role, take_grants
from tests.bot.delivery.letters import Office
from tests.bot.edge import let
from tests.bot.small_company import answers_from, small_company
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack

CHURNED = "accounts-churned 2026-Q3"


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Office:
    store = small_company(tmp_path)
    return Office(slack=slack, store=store, owner=ana, channel=revops)


def press(
    office: Office, *, by: User | None = None, message_ts: str = "1.0", asked: str = CHURNED
) -> str:
    answers: Answers = answers_from(office.store)
    file = FileButton(
        asking=Asking(answer=answers.reply, gate=office.gate()),
        write=partial(account_file, answers),
        store=office.store,
        now=office.now,
    )
    asker = office.asker(by)
    click = Click(asker=asker, action_id=CSV_FILE, block_id="", value=asked, message_ts=message_ts)
    return file.send(click).text


def test_the_file_comes_in_a_direct_message_once(office: Office) -> None:
    assert press(office) == ON_ITS_WAY.text
    assert press(office) == BEFORE.text
    office.settle_down()

    [message] = office.direct()
    [file_id] = message.files
    file = office.slack.workspace.file(file_id)
    assert file is not None
    assert file.name == "accounts-churned-2026-Q3.csv"
    assert file.content.decode().splitlines()[1:] == [
        '"gamma","",100.00,0.00,"USD","churned",-100.00,"competitor",""'
    ]
    assert message.text.startswith("1 account left in Q3 2026 with $100 MRR\n1 account, a row each")
    assert not office.shown()


def test_who_may_not_see_accounts_gets_no_file(office: Office) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, role=Role.ANALYST, account_detail=False)

    with pytest.raises(AccessDeniedError, match="takes account detail"):
        press(office, by=ben)
    assert not office.rows()


def test_a_viewer_may_see_a_list_and_take_no_file(office: Office) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, role=Role.VIEWER, account_detail=True)

    with pytest.raises(AccessDeniedError, match="your role does not include that"):
        press(office, by=ben)
    assert not office.rows()


def test_nothing_is_attached_once_the_right_to_it_is_gone(office: Office) -> None:
    press(office)
    with office.store.write(ledger=False) as session:
        take_grants(session, office.owner.id)
    office.settle_down()

    assert not office.direct()
    assert not office.slack.calls_to("files.getUploadURLExternal")


def test_a_button_of_another_version_that_is_of_no_list_gives_no_file(office: Office) -> None:
    let(office.store, office.owner.id, role=Role.ANALYST, account_detail=True)

    with pytest.raises(UsageError, match="from another version of me: ask again"):
        press(office, asked="2026-Q3")

    assert not office.direct(office.owner)

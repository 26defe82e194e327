"""``/nrr board``: both files in a direct message, once, to whoever may have them."""

from functools import partial
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.board.cells import Form
from bot.board.command import BoardCommand
from bot.board.measuring import build_pack
from bot.board.sheets import sheets_of
from bot.delivery.outcomes import BOARD, EXPORT
from bot.errors import AccessDeniedError
from bot.slack.sent import Request
from storage.access.grants import Role, take_grants
from tests.bot.delivery.letters import Office
from tests.bot.edge import let
from tests.bot.small_company import MOVEMENTS, answers_from, small_company
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack

MORE = "".join(
    f"{name}{number},{name}-{number},2025-0{month}-05,100.00,USD,new_logo,{name},\n"
    for name in ("enterprise", "smb")
    for number in range(6)
    for month in (5,)
)
"""Accounts enough of both segments to be shown to everybody."""


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Office:
    store = small_company(tmp_path, MOVEMENTS + MORE)
    return Office(slack=slack, store=store, owner=ana, channel=revops)


def ask(office: Office, text: str = "Q3 2026", *, by: User | None = None) -> str:
    command = BoardCommand(
        gate=office.gate(),
        build=partial(build_pack, answers_from(office.store)),
        write=lambda pack: {".xlsx": pack.period.label.encode(), ".pdf": b"%PDF"},
        store=office.store,
        now=office.now,
    )
    return command.send(Request(text=text, asker=office.asker(by), trigger_id="")).text


def test_both_files_come_in_a_direct_message_once(office: Office) -> None:
    assert ask(office) == ("The board pack of Q3 2026 is on its way to you, in a direct message.")
    ask(office)  # Slack sent the same request again
    office.settle_down()

    [message] = office.direct()
    files = [office.slack.workspace.file(one) for one in message.files]
    assert [file.name for file in files if file] == ["board-2026-Q3.xlsx", "board-2026-Q3.pdf"]
    assert message.text.startswith("Board pack · Q3 2026: NRR ")
    assert [row.kind for row in office.rows()] == [EXPORT]


def test_without_account_detail_it_holds_nothing_that_takes_it(office: Office) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, role=Role.ANALYST, account_detail=False)
    ask(office, by=ben)
    office.settle_down()

    assert [row.kind for row in office.rows()] == [BOARD]
    assert [row.state for row in office.rows()] == ["sent"]


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.VIEWER, ()), (Role.ANALYST, (("segment", "smb"),))]
)
def test_it_takes_the_whole_company_and_the_right_to_files(
    office: Office, role: Role, scope: tuple[tuple[str, str], ...]
) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, *scope, role=role)

    with pytest.raises(AccessDeniedError):
        ask(office, by=ben)
    assert not office.rows()


def test_nothing_is_sent_once_the_right_to_it_is_gone(office: Office) -> None:
    ask(office)
    with office.store.write(ledger=False) as session:
        take_grants(session, office.owner.id)
    office.settle_down()

    assert not office.direct()
    assert not office.slack.calls_to("files.getUploadURLExternal")


def test_no_group_of_fewer_than_five_accounts_is_in_a_pack_without_account_detail(
    office: Office,
) -> None:
    pack = build_pack(
        answers_from(office.store), "Q3 2026", visibility=EVERYTHING.without_accounts()
    )
    counted = [
        cell.value
        for page in sheets_of(pack)
        for row in page.rows
        # the first count of a row is the base, the second who of it still pays
        for cell in [next((one for one in row if one and one.form is Form.COUNT), None)]
        if cell is not None
    ]
    assert len(counted) > 10
    assert all(isinstance(count, int) and count >= 5 for count in counted)

"""``/nrr data`` is for administrators of the whole company; names take account detail."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import Settings
from bot.data_quality.command import DataCommand
from bot.data_quality.job import word_parcel
from bot.data_quality.reading import ReviewReader
from bot.data_quality.worsening import Worse
from bot.errors import AccessDeniedError, UsageError
from bot.slack.sent import Request
from storage.access.grants import Role, take_grants
from storage.delivery import outbox
from storage.sources.states import SourceReach, note_success
from tests.bot.delivery.letters import Office
from tests.bot.edge import let
from tests.bot.small_company import NOW, small_company
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID

pytestmark = pytest.mark.slack

TWINS = """\
movement_id,account_id,date,amount,currency,driver,segment,industry
t1,ACME Ltd,2026-09-01,900.00,USD,new_logo,smb,
t2,acme-ltd,2026-09-01,800.00,USD,new_logo,smb,
"""


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Office:
    store = small_company(tmp_path, TWINS)
    return Office(slack=slack, store=store, owner=ana, channel=revops)


def ask(office: Office, by: User, text: str = "") -> str:
    reader = ReviewReader(store=office.store, settings=Settings(), now=lambda: NOW)
    command = DataCommand(
        gate=office.gate(),
        read=reader.read,
        today=lambda: date(2026, 11, 21),
        zone=ZoneInfo("UTC"),
    )
    return command.show(Request(text=text, asker=office.asker(by), trigger_id="")).text


def test_an_administrator_reads_the_worst_first_and_names_with_account_detail_alone(
    office: Office,
) -> None:
    ben, cleo = (office.slack.workspace.add_user(name) for name in ("ben", "cleo"))
    let(office.store, ben.id, role=Role.ADMIN, account_detail=True)
    let(office.store, cleo.id, role=Role.ADMIN, account_detail=False)

    assert ask(office, ben).startswith('1 pair of accounts looks alike: "ACME Ltd" and "acme-ltd"')
    said = ask(office, cleo)
    assert said.startswith("1 pair of accounts looks alike")
    assert "acme" not in said.casefold()
    assert "% of MRR" not in said  # two accounts are a small group


def test_what_a_sync_has_said_names_accounts_for_those_with_account_detail_alone(
    office: Office,
) -> None:
    ben, cleo = (office.slack.workspace.add_user(name) for name in ("ben", "cleo"))
    let(office.store, ben.id, role=Role.ADMIN, account_detail=True)
    let(office.store, cleo.id, role=Role.ADMIN, account_detail=False)
    with office.store.write(ledger=False) as session:
        reach = SourceReach(cursor="1", covered_through=None)
        note_success(session, "sql", reach, notes=["Left out: acme from Oct 2026."], now=NOW)

    assert f"sql, {NOW.day} {NOW:%b}: Left out: acme from Oct 2026." in ask(office, ben)
    said = ask(office, cleo)
    assert "Rows of sql were left out or doubted: nrrbot data says which." in said
    assert "acme" not in said.casefold()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_others_do_not_read_it(office: Office, role: Role) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, role=role, account_detail=True)

    with pytest.raises(AccessDeniedError):
        ask(office, ben)


def test_an_administrator_of_a_part_does_not_read_the_whole(office: Office) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, ("segment", "smb"), role=Role.ADMIN, account_detail=True)

    with pytest.raises(AccessDeniedError):
        ask(office, ben)


def test_words_behind_it_are_told_where_they_belong(office: Office) -> None:
    ben = office.slack.workspace.add_user("ben")
    let(office.store, ben.id, role=Role.ADMIN, account_detail=True)

    with pytest.raises(UsageError, match="nrrbot data --reconcile FILE"):
        ask(office, ben, "reconcile")


def test_the_weekly_word_is_asked_about_again_just_before_it_goes(office: Office) -> None:
    ben, cleo = (office.slack.workspace.add_user(name) for name in ("ben", "cleo"))
    for one in (ben, cleo):
        let(office.store, one.id, role=Role.ADMIN, account_detail=False)
    with office.store.write(ledger=False) as session:
        for one in (ben, cleo):
            parcel = word_parcel(
                [Worse("alike", 1, 2)], "2026-W48", team_id=TEAM_ID, to=one.id, now=office.now()
            )
            outbox.enqueue(session, parcel, now=office.now())
        take_grants(session, cleo.id)
    office.settle_down()

    states = {row.channel_id: row.state for row in office.rows()}
    assert (states[ben.id], states[cleo.id]) == ("sent", "dead")

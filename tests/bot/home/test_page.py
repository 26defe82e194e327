"""A page of which a part cannot be told: that is said in a sentence, and the rest is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.errors import UsageError
from bot.home.greeting import NOTHING_YET, Greeter
from bot.home.page import ANSWERS_COME, HomePages
from bot.slack.sent import Asker
from bot.style.parts import Part, Said
from metrics.data_end import Declared
from storage.access.grants import Role
from storage.errors import StoreBusyError
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import let
from tests.bot.home.test_greeting import greetings
from tests.bot.small_company import answers_from, small_company
from tests.bot.trends.test_trend import YOUNG
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID
from tests.storage.at_head import sqlite_at_head

pytestmark = pytest.mark.slack


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Iterator[Office]:
    store = small_company(tmp_path)
    let(store, ana.id, role=Role.ADMIN, account_detail=True)
    yield Office(slack=slack, store=store, owner=ana, channel=revops)
    store.engine.dispose()


def well(_: Asker) -> tuple[Part, ...]:
    return (Said("All rules are quiet."),)


def busy(_: Asker) -> tuple[Part, ...]:
    raise StoreBusyError


def shown(office: Office, store: Store | None = None) -> list[str]:
    pages = HomePages(
        answers=answers_from(store or office.store),
        gate=office.gate(),
        sections={"attention": busy, "rules": well},
    )
    asker = Asker(user_id=office.owner.id, team_id=TEAM_ID)
    return pages.compose(asker).message.text.split("\n")


def test_a_section_that_cannot_be_told_is_a_sentence_among_the_others(office: Office) -> None:
    said = shown(office)

    assert "All rules are quiet." in said
    assert any(f"{StoreBusyError()}"[1:] in line for line in said)
    assert any(line.startswith("NRR in Oct 2026: 343.9% (+248.6 pts on Sep") for line in said)


def test_a_month_that_is_not_over_has_no_tile_but_a_sentence(
    office: Office, tmp_path: Path
) -> None:
    said = shown(office, small_company(tmp_path / "young", YOUNG, declared=Declared()))

    assert said[0] == "Net revenue retention · the whole company"
    assert said[1] == "Monthly NRR: no month is over yet."
    assert re.fullmatch(r".* to date, through .*: NRR of the whole company [0-9.]+%\.", said[2])
    assert said[3] == ANSWERS_COME
    assert not any("NRR in" in line for line in said)


def test_figures_that_cannot_be_told_leave_the_sections(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Reply:
        raise UsageError("the ledger was imported anew")

    monkeypatch.setattr(Answers, "reply", refuse)

    said = shown(office)

    assert said[0].startswith("Net revenue retention")
    assert "The ledger was imported anew." in said
    assert "All rules are quiet." in said


@pytest.fixture
def empty() -> Iterator[Store]:
    with sqlite_at_head().fresh() as store:
        yield store


def test_before_there_are_figures_a_channel_is_told_so_and_a_person_nothing(
    slack: FakeSlack, empty: Store, ana: User, revops: Channel
) -> None:
    office = Office(slack=slack, store=empty, owner=ana, channel=revops)
    greeter = Greeter(answers=answers_from(empty), gate=office.gate(), now=office.now)

    greeter.person(ana.id)
    greeter.channel(revops.id, None)

    assert {to: said["text"] for to, said in greetings(empty).items()} == {revops.id: NOTHING_YET}


def test_whoever_invites_the_bot_unseen_has_no_names_told(office: Office) -> None:
    greeter = Greeter(answers=answers_from(office.store), gate=office.gate(), now=office.now)

    greeter.channel(office.channel.id, None)

    [said] = greetings(office.store).values()
    assert "/nrr last-quarter" in said["text"]
    assert "enterprise" not in said["text"]


def test_whoever_may_share_two_segments_has_neither_told_to_the_channel(office: Office) -> None:
    bob = office.slack.workspace.add_user("bob")
    for segment in ("smb", "enterprise"):
        let(office.store, bob.id, ("segment", segment), role=Role.ANALYST)
    greeter = Greeter(answers=answers_from(office.store), gate=office.gate(), now=office.now)

    greeter.channel(office.channel.id, bob.id)

    [said] = greetings(office.store).values()
    assert "/nrr last-quarter" in said["text"]

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from bot.answers.small_cohorts import DetailNeededError
from bot.delivery.payloads import unpack
from bot.digests.composing import DigestComposer, digest_parcels, zone_in
from bot.errors import UsageError
from metrics.alerts.rules import SHOCK
from metrics.alerts.states import AlertState, Transition, TransitionKind
from metrics.alerts.statuses import MonthStatus
from metrics.alerts.verdicts import Verdict
from storage.alerts.states import write_state
from storage.digests.runs import DigestRun, RunOutcome, record
from storage.store.engine import Store
from tests.bot.small_company import answers_from, small_company
from tests.storage.parcels import finish, taken
from tests.storage.subscribers import MONDAY, subscribe, weekly

DUE = datetime(2026, 11, 16, 8, tzinfo=UTC)
WEEK = "2026-W47"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return small_company(tmp_path)


def composer_on(store: Store, *, names_in: frozenset[str] = frozenset()) -> DigestComposer:
    return DigestComposer(answers=answers_from(store), store=store, names_in=names_in)


def test_a_digest_is_frozen_with_its_pictures_and_when_it_was_due(store: Store) -> None:
    composed = composer_on(store).compose_week(subscribe(store), WEEK, DUE)

    payload = unpack(composed.payload_json)
    assert payload.message.text.startswith("October 2026: NRR 343.9%")
    assert payload.due == "Monday 09:00 (Europe/Berlin)"
    assert payload.question == "2026-10 by segment"
    [picture] = composed.pictures
    assert picture.png.startswith(b"\x89PNG")
    assert composed.data_version == 1


def test_the_day_is_that_of_the_digests_zone(store: Store) -> None:
    on_the_first = datetime(2026, 9, 1, 2, tzinfo=UTC)
    in_lima = subscribe(store, schedule=weekly(zone="America/Lima"))
    in_tokyo = subscribe(store, schedule=weekly(zone="Asia/Tokyo"))

    composer = composer_on(store, names_in=frozenset({in_lima.destination.channel_id}))
    labels = [
        composer.digest_of_week(one, WEEK, on_the_first).answer.period.label
        for one in (in_lima, in_tokyo)
    ]

    assert labels == ["2026-07", "2026-08"]


def test_a_week_has_the_zone_of_its_schedule(store: Store) -> None:
    later = weekly(zone="Asia/Tokyo", since=MONDAY.replace(day=23))
    subscription = subscribe(store)
    moved = type(subscription)(
        **{name: getattr(subscription, name) for name in subscription.__slots__}
        | {"schedules": (*subscription.schedules, later)}
    )

    assert [zone_in(moved, week) for week in ("2026-W01", "2026-W47", "2026-W48")] == [
        "Europe/Berlin",
        "Europe/Berlin",
        "Asia/Tokyo",
    ]


def test_what_was_sent_before_is_not_said_again_but_when_somebody_asks(store: Store) -> None:
    subscription, composer = subscribe(store), composer_on(store)
    first = composer.compose_week(subscription, WEEK, DUE)
    run = DigestRun(
        subscription_id=subscription.id,
        week=WEEK,
        due_at=DUE,
        outcome=RunOutcome.QUEUED,
        fingerprint=first.fingerprint,
    )
    parcels = digest_parcels(subscription, first, occasion=WEEK, due_at=DUE)
    with store.write(ledger=False) as session:
        assert record(session, run, *parcels, now=DUE)
    full = composer.compose_week(subscription, "2026-W48", DUE)
    finish(store, taken(store, now=DUE), now=DUE)

    again = composer.compose_week(subscription, "2026-W48", DUE)
    asked = composer.compose_now(subscription, "2026-W48", DUE)

    assert (
        "No digest was sent in the week of 16 November." in unpack(full.payload_json).message.text
    )
    assert len(full.payload_json) > len(first.payload_json)
    assert len(again.payload_json) < len(first.payload_json)
    assert unpack(asked.payload_json).message == unpack(first.payload_json).message


@pytest.mark.parametrize(("channel", "is_named"), [("C1", False), ("C2", True)])
def test_accounts_are_named_only_where_the_settings_say_so(
    store: Store, channel: str, *, is_named: bool
) -> None:
    subscription = subscribe(store, channel_id=channel)

    digest = composer_on(store, names_in=frozenset({"C2"})).digest_of_week(subscription, WEEK, DUE)

    assert digest.request.names_shown is is_named


def test_two_filters_are_refused_with_what_lets_the_channel_see_them(store: Store) -> None:
    both = (("segment", "enterprise"), ("industry", "fintech"))
    subscription = subscribe(store, scope=both)

    with pytest.raises(DetailNeededError) as refused:
        composer_on(store).digest_of_week(subscription, WEEK, DUE)

    assert str(refused.value) == (
        "that could tell of fewer than five accounts: an administrator adds this channel to"
        " NRRBOT_NAMES_IN_CHANNELS"
    )
    here = frozenset({subscription.destination.channel_id})
    digest = composer_on(store, names_in=here).digest_of_week(subscription, WEEK, DUE)
    assert digest.answer.retention.accounts_opening == 1


@pytest.mark.parametrize("is_open", [False, True])
def test_an_alert_on_few_accounts_is_listed_only_where_accounts_may_be_named(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, is_open: bool
) -> None:
    subscription = subscribe(store)
    here = frozenset({subscription.destination.channel_id})
    august = MonthStatus(month=date(2025, 8, 1), verdict=Verdict(value=Fraction(9, 10)))
    rules = [SHOCK, SHOCK.over((("segment", "enterprise"),))]  # five accounts, and two of them
    late = [Transition.of(rule, TransitionKind.LISTED, august, episode=0, n=1) for rule in rules]
    for rule in rules:
        with store.write(ledger=False) as session:
            write_state(session, rule, AlertState(), data_version=1, now=DUE)
    monkeypatch.setattr("bot.digests.composing.news_between", lambda *_: late)

    composer = composer_on(store, names_in=here if is_open else frozenset())
    digest = composer.digest_of_week(subscription, WEEK, DUE)

    told = [one.transition for one in digest.request.since.alerts]
    assert told == (late if is_open else late[:1])


def test_that_there_are_too_few_accounts_is_told_and_nothing_of_a_rule_that_is_gone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    enterprise = SHOCK.over((("segment", "enterprise"),))
    august = MonthStatus(month=date(2025, 8, 1), verdict=Verdict(value=Fraction(9, 10)))
    few = Transition.of(enterprise, TransitionKind.INSUFFICIENT, august, episode=0, n=1)
    gone = Transition.of(
        replace(SHOCK, rule_id="gone"), TransitionKind.LISTED, august, episode=0, n=1
    )
    with store.write(ledger=False) as session:
        write_state(session, enterprise, AlertState(), data_version=1, now=DUE)
    monkeypatch.setattr("bot.digests.composing.news_between", lambda *_: [few, gone])

    digest = composer_on(store).digest_of_week(subscribe(store), WEEK, DUE)

    assert [one.transition for one in digest.request.since.alerts] == [few]


def test_a_scope_that_the_ledger_knows_no_more_is_named(store: Store) -> None:
    subscription = subscribe(store, scope=(("segment", "vanished"),))

    with pytest.raises(UsageError, match="no segment is called"):
        composer_on(store).compose_week(subscription, WEEK, DUE)

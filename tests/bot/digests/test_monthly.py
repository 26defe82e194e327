from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.digests.composing import DigestComposer, digest_parcels
from bot.digests.digest import Digest
from bot.digests.job import queue_week
from bot.digests.message import digest_message
from bot.digests.months import News
from bot.errors import UsageError
from metrics.data_end import Declared
from metrics.schedules import DueWeek
from storage.digests.subscriptions import Subscription
from storage.store.engine import Store
from tests.bot.sample_digests import restated_figure, restated_of, sample_digest, sample_request
from tests.bot.small_company import MOVEMENTS, answers_from, import_text, small_company
from tests.storage.at_head import sqlite_at_head
from tests.storage.parcels import finish, taken
from tests.storage.subscribers import subscribe

DUE = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = "2026-W48"
DECEMBER = datetime(2026, 12, 21, 8, tzinfo=UTC)
AHEAD = "m13,alpha,2026-12-15,-100.00,USD,price,,\n"
"""On 1 November the company pays 7,050.00: 6,950.00 of it is 98.6 %."""


def composer(store: Store) -> DigestComposer:
    return DigestComposer(answers=answers_from(store), store=store, names_in=frozenset({"C1"}))


def closed_through(folder: Path, end: date | None) -> Store:
    return small_company(folder, declared=Declared(closed_through=end))


def text_of(store: Store, subscription: Subscription) -> str:
    return digest_message(composer(store).digest_of_week(subscription, WEEK, DUE)).text


def test_it_is_about_the_last_closed_month_and_says_no_word_of_weeks(tmp_path: Path) -> None:
    october_is_in = Declared(closed_through=date(2026, 10, 1), covered_through=date(2026, 11, 1))
    store = small_company(tmp_path, declared=october_is_in)
    monthly, weekly = subscribe(store, is_monthly=True), subscribe(store)

    digest = composer(store).digest_of_week(monthly, WEEK, DUE)

    said = digest_message(digest).text
    assert said.startswith("September 2026: NRR ")
    assert "week" not in said
    assert "October" not in said
    assert digest.closed_month == date(2026, 9, 1)
    assert "October 2026: NRR 343.9%" in text_of(store, weekly)


def test_what_is_known_of_the_days_ahead_is_said_where_anything_is(tmp_path: Path) -> None:
    store = small_company(tmp_path)
    monthly, weekly = subscribe(store, is_monthly=True), subscribe(store)

    assert "Outlook" not in text_of(store, monthly)
    import_text(store, MOVEMENTS + AHEAD)

    line = "Outlook: NRR 98.6% by 21 Feb 2027 if nothing else moves."
    assert line in text_of(store, monthly)
    assert "Outlook" not in text_of(store, weekly)


def test_the_outlook_is_not_told_to_whoever_may_not_see_single_days(tmp_path: Path) -> None:
    store = small_company(tmp_path, MOVEMENTS + AHEAD + "m14,beta,2026-11-10,1.00,USD,seats,,\n")

    said = text_of(store, subscribe(store, is_monthly=True, channel_id="C2"))

    assert said.startswith("October 2026: NRR 343.9%")
    assert "Outlook" not in said


def test_an_outlook_that_lacks_a_rate_leaves_the_month_told(tmp_path: Path) -> None:
    first_in_pounds = "m15,zeta,2026-12-15,100.00,GBP,,,\n"
    store = small_company(tmp_path, MOVEMENTS + AHEAD + first_in_pounds)

    said = text_of(store, subscribe(store, is_monthly=True))

    assert said.startswith("October 2026: NRR 343.9%")
    assert "Outlook" not in said


def test_two_months_that_close_at_once_are_one_digest_that_names_the_other(tmp_path: Path) -> None:
    store = closed_through(tmp_path, date(2026, 10, 1))
    subscription = subscribe(store, is_monthly=True)
    composing = composer(store)
    first = composing.compose_week(subscription, WEEK, DUE)
    due = DueWeek(week=WEEK, monday=DUE.date(), due_at=DUE)
    assert queue_week(store, subscription, due, first, now=DUE)
    assert composing.news(subscription, DECEMBER) is News.NOT_SURE
    for _ in digest_parcels(subscription, first, occasion=WEEK, due_at=DUE):
        finish(store, taken(store, now=DUE), now=DUE)
    assert composing.news(subscription, DECEMBER) is News.NONE

    import_text(store, MOVEMENTS, declared=Declared(closed_through=date(2026, 12, 1)))
    assert composing.news(subscription, DECEMBER) is News.SOME
    told = composing.digest_of_week(subscription, "2026-W52", DECEMBER)

    said = digest_message(told).text
    assert "November 2026: NRR 100.0%" in said
    assert "October 2026 closed since the last digest, too: NRR 343.9%." in said
    assert told.closed_month == date(2026, 11, 1)


def test_where_no_month_is_closed_it_says_how_to_close_one(tmp_path: Path) -> None:
    store = closed_through(tmp_path, None)
    subscription, composing = subscribe(store, is_monthly=True), composer(store)

    assert composing.news(subscription, DUE) is News.NONE
    with pytest.raises(UsageError, match=r"no month is closed.*--closed-through"):
        composing.compose_now(subscription, WEEK, DUE)


def test_before_anything_is_imported_there_is_no_news() -> None:
    with sqlite_at_head().fresh() as store:
        subscription = subscribe(store, is_monthly=True)

        assert composer(store).news(subscription, DUE) is News.NONE


def monthly(told: date | None = None, month: date = date(2026, 10, 1)) -> Digest:
    request = replace(sample_request(month=told), month=month)
    return sample_digest(request=request)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (None, ""),
        (date(2026, 9, 1), ""),
        (date(2026, 8, 1), "September 2026 closed since the last digest, too: NRR 103.5%."),
        (date(2026, 7, 1), "August to September 2026 closed since the last digest, too."),
    ],
)
def test_the_other_months_are_named(told: date | None, said: str) -> None:
    text = digest_message(monthly(told)).text

    assert said in text
    assert ("closed since" in text) is bool(said)


def test_what_was_restated_is_so_since_the_last_digest() -> None:
    text = digest_message(restated_of(monthly(), restated_figure("1.01", "0.98"))).text

    assert "Restated since the last digest: smb Oct 101.0% → 98.0% (late data)." in text

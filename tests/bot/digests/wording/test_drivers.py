from dataclasses import replace

import pytest

from bot.digests.digest import Digest, DigestThread
from bot.digests.wording.drivers import account_line, driver_lines, moves_headline
from metrics.activity import Activity
from metrics.movements import MovementKind
from storage.ledger.account_changes import AccountChanges
from tests.bot.sample_answers import HOSTILE_NAME, period_of
from tests.bot.sample_digests import DRIVERS, GAIN, LOSS, sample_digest, split_answer


def under(*, gains: tuple = (), losses: tuple = (), named: bool = True) -> Digest:  # type: ignore[type-arg]
    accounts = AccountChanges(gains=gains, losses=losses) if named else None
    return sample_digest(thread=DigestThread(drivers=DRIVERS, accounts=accounts))


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("last-month", "What moved October 2026"),
        ("2025", "What moved 2025"),
        ("ttm", "What moved the 12 months to October 2026"),
    ],
)
def test_the_thread_is_about_the_period(period: str, said: str) -> None:
    assert moves_headline(sample_digest(answer=split_answer(period=period_of(period)))) == said


def test_shares_add_up_to_100_and_those_beyond_four_are_counted() -> None:
    drivers = Activity(
        by_kind={MovementKind.CHURN: -600},
        by_driver={(MovementKind.CHURN, name): -100 for name in "abcdef"},
    )
    digest = sample_digest(thread=DigestThread(drivers=drivers))

    # six sixths: 17 + 17 + 17 + 17 + 16 + 16 = 100
    [line] = driver_lines(digest)
    assert line.words == "a 17%, b 17%, c 17%, d 17% and 2 more."


def test_a_kind_that_did_not_move_has_no_line() -> None:
    assert driver_lines(sample_digest(thread=DigestThread(drivers=Activity()))) == ()


def test_a_pause_is_no_leaving() -> None:
    said = account_line(under(losses=(replace(LOSS, is_paused=True),)))

    assert str(said) == "Largest single accounts: b-2 −$20k (−2.0 pts, paused)."


def test_an_account_of_less_than_a_tenth_of_a_point_is_not_named() -> None:
    small = replace(LOSS, opening=49_000)  # of 100,000,000: 0.049 points

    assert account_line(under(losses=(small,))) is None


def test_where_accounts_may_not_be_named_none_is() -> None:
    assert account_line(under(named=False)) is None


def test_names_are_made_fit_to_be_shown() -> None:
    said = str(account_line(under(gains=(replace(GAIN, name=HOSTILE_NAME),))))

    assert "\u202e" not in said
    assert "…" in said


def test_a_digest_without_a_thread_has_no_reasons_below_it() -> None:
    assert driver_lines(sample_digest(thread=None)) == ()

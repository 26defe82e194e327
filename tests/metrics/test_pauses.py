from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.pauses import AccountDay, PauseEffect, PauseOutcome, pause_effect

PAUSED, RESUMED, LAPSED = PauseOutcome
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)


def account(*changes: tuple[date, int] | tuple[date, int, str]) -> list[AccountDay]:
    """Return an account that pays 100 from 2025 on, and its changes since."""
    days = [AccountDay(day, net, bool(pause)) for day, net, *pause in changes]
    return [AccountDay(date(2025, 1, 5), 100), *days]


def before(boundary: date, days: int) -> date:
    return boundary - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "effect"),
    [
        pytest.param(1, PauseEffect(PAUSED, 100), id="the-day-before-the-close"),
        pytest.param(89, PauseEffect(PAUSED, 100), id="89-days"),
        pytest.param(90, PauseEffect(PAUSED, 100), id="90-days"),
        pytest.param(91, None, id="91-days-are-churn"),
        pytest.param(0, None, id="on-the-close-it-is-of-the-next-period"),
    ],
)
def test_a_pause_counts_at_the_close_for_ninety_days(days: int, effect: PauseEffect | None) -> None:
    paused = account((before(OCTOBER, days), -100, "pause"))
    until_then = [change for change in paused if change.day < OCTOBER]

    assert pause_effect(until_then, JULY, OCTOBER) == effect


@pytest.mark.parametrize(
    ("away", "effect"),
    [
        pytest.param(89, PauseEffect(RESUMED, 70), id="89-days"),
        pytest.param(90, PauseEffect(RESUMED, 70), id="90-days"),
        pytest.param(91, None, id="91-days-is-a-return"),
    ],
)
def test_a_return_within_ninety_days_has_resumed(away: int, effect: PauseEffect | None) -> None:
    paused_on = date(2026, 6, 20)
    days = account((paused_on, -100, "pause"), (paused_on + timedelta(days=away), 70))

    assert pause_effect(days, JULY, OCTOBER) == effect


def test_a_return_on_the_day_the_period_opens_belongs_to_it() -> None:
    days = account((date(2026, 6, 20), -100, "pause"), (JULY, 100))

    assert pause_effect(days, JULY, OCTOBER) == PauseEffect(RESUMED, 100)


def test_a_pause_on_the_day_the_period_opens_is_a_loss_of_it() -> None:
    days = account((JULY, -100, "pause"))

    assert pause_effect(days, JULY, date(2026, 8, 1)) == PauseEffect(PAUSED, 100)
    assert pause_effect(days, before(JULY, 30), JULY) is None


def test_who_pauses_and_comes_back_within_the_period_is_what_it_pays() -> None:
    days = account((date(2026, 7, 20), -100, "pause"), (date(2026, 8, 20), 60))

    assert pause_effect(days, JULY, OCTOBER) is None


def test_who_resumed_and_left_again_has_not_resumed() -> None:
    days = account(
        (date(2026, 6, 20), -100, "pause"), (date(2026, 7, 5), 80), (date(2026, 8, 5), -80)
    )

    assert pause_effect(days, JULY, OCTOBER) is None


def test_the_first_return_decides_and_a_second_pause_is_one_of_its_own() -> None:
    days = account(
        (date(2026, 6, 20), -100, "pause"),
        (date(2026, 7, 5), 80),
        (date(2026, 7, 25), -80, "pause"),
    )

    assert pause_effect(days, JULY, OCTOBER) is None
    assert pause_effect(days, date(2026, 7, 10), OCTOBER) == PauseEffect(PAUSED, 80)
    back = [*days, AccountDay(date(2026, 9, 25), 50)]
    assert pause_effect(back, JULY, OCTOBER) == PauseEffect(RESUMED, 50)


@pytest.mark.parametrize(
    ("month", "effect"),
    [
        pytest.param(date(2026, 8, 1), None, id="89-days-when-it-closes"),
        pytest.param(date(2026, 9, 1), PauseEffect(LAPSED, 100), id="passes-90-days-in-it"),
        pytest.param(date(2026, 10, 1), None, id="had-passed-them-before"),
    ],
)
def test_a_pause_lapses_in_the_month_in_which_it_passes_ninety_days(
    month: date, effect: PauseEffect | None
) -> None:
    days = account((date(2026, 6, 4), -100, "pause"))  # 89 days to 1 September

    end = (month + timedelta(days=31)).replace(day=1)

    assert pause_effect(days, month, end) == effect


def test_a_pause_that_another_followed_has_not_lapsed() -> None:
    days = account(
        (date(2026, 6, 4), -100, "pause"), (date(2026, 7, 5), 10), (date(2026, 7, 6), -10, "pause")
    )

    assert pause_effect(days, JULY, date(2026, 10, 3)) is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(date(2026, 9, 5), -100)], id="leaves-without-a-word"),
        pytest.param([(date(2026, 9, 5), -60, "pause")], id="pays-less"),
        pytest.param(
            [(date(2026, 9, 5), -60, "pause"), (date(2026, 9, 6), -40)],
            id="pauses-a-part-then-leaves",
        ),
        pytest.param(
            [(date(2026, 9, 5), -100), (date(2026, 9, 6), 0, "pause")], id="says-so-after-it-left"
        ),
    ],
)
def test_only_a_day_that_ends_at_nothing_through_a_pause_begins_one(
    changes: list[tuple[date, int]],
) -> None:
    assert pause_effect(account(*changes), JULY, OCTOBER) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from([0, 40, 100]), st.booleans()), max_size=8
    ),
    st.integers(-10, 420),
    st.integers(0, 420),
)
def test_any_history_has_the_effect_that_its_days_tell(
    steps: list[tuple[int, int, bool]], start: int, length: int
) -> None:
    first = date(2025, 1, 1)
    opens, closes = first + timedelta(days=start), first + timedelta(days=start + length)
    after = {first + timedelta(days=n): (mrr, pause) for n, mrr, pause in sorted(steps)}
    days: list[AccountDay] = []
    mrr = 0
    for day, (target, pause) in sorted(after.items()):
        days.append(AccountDay(day, target - mrr, pause))
        mrr = target
    known = [change for change in days if change.day < closes]

    assert pause_effect(known, opens, closes) == told(after, opens, closes)


def told(after: dict[date, tuple[int, bool]], start: date, end: date) -> PauseEffect | None:
    """Walk a calendar, a day at a time, as DEFINITIONS.md tells it."""
    begin = min([start, *after])
    mrr, was = 0, 0
    out_since: date | None = None
    seen: dict[date, tuple[int, date | None, int]] = {}
    back_in_time = False
    for n in range((end - begin).days + 1):
        day = begin + timedelta(days=n)
        seen[day] = mrr, out_since, was
        if day == end:
            break
        target, pause = after.get(day, (mrr, False))
        if mrr and not target:
            out_since, was = (day, mrr) if pause else (None, 0)
        if target:
            if day >= start and out_since and out_since == seen[start][1]:
                back_in_time = (day - out_since).days <= 90
            out_since, was = None, 0
        mrr = target
    (opening, opened_out, before_it), (closing, closed_out, _) = seen[start], seen[end]
    if opening and closed_out and (end - closed_out).days <= 90:
        return PauseEffect(PAUSED, opening)
    if closing and back_in_time:
        return PauseEffect(RESUMED, closing)
    if (
        opened_out
        and opened_out == closed_out
        and (start - opened_out).days <= 90 < (end - closed_out).days
    ):
        return PauseEffect(LAPSED, before_it)
    return None

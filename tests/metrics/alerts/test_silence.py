from datetime import date, timedelta

import pytest

from metrics.alerts.rules import SHOCK
from metrics.alerts.silence import acknowledge, end_snooze, snooze
from metrics.alerts.states import AlertState, TransitionKind
from metrics.errors import SnoozeLengthError

TODAY = date(2026, 11, 22)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_snooze_ends_between_tomorrow_and_90_days_from_now(days: int) -> None:
    with pytest.raises(SnoozeLengthError, match="up to 90 days"):
        snooze(AlertState(), until=after(days), today=TODAY)


@pytest.mark.parametrize("days", [1, 90])
def test_a_snooze_lasts_until_its_day(days: int) -> None:
    state = snooze(AlertState(), until=after(days), today=TODAY)

    assert state.is_snoozed(after(days - 1))
    assert not state.is_snoozed(after(days))


def test_the_end_of_a_snooze_is_told_once() -> None:
    state = snooze(AlertState(), until=after(2), today=TODAY)

    early, nothing = end_snooze(SHOCK, state, today=after(1))
    over, ended = end_snooze(SHOCK, early, today=after(2))
    _, again = end_snooze(SHOCK, over, today=after(3))

    assert [one.kind for one in ended] == [TransitionKind.SNOOZE_ENDED]
    assert (nothing, again) == ((), ())


def test_there_is_nothing_to_acknowledge_without_an_episode() -> None:
    assert acknowledge(AlertState()) == AlertState()

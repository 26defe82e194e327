from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from metrics.alerts.rules import SUSTAINED_DROP
from metrics.alerts.states import AlertState, TransitionKind
from metrics.errors import SnoozeLengthError
from storage.alerts.actions import (
    acknowledge,
    all_mutes,
    end_snooze,
    last_acknowledgement,
    last_snooze,
    mute,
    muted_by,
    snooze,
    unmute,
    wake,
)
from storage.alerts.states import Evaluated, evaluate_once, read_alerts
from storage.store.engine import Store
from storage.tables.alerts import AlertActionRow
from tests.metrics.alerts.months import STEADY, series
from tests.storage.stores import contents

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
TODAY = date(2026, 11, 21)
UNTIL = date(2026, 12, 1)


@pytest.fixture
def firing(store: Store) -> Store:
    """A store with one alert that fires."""
    with store.write(ledger=False) as session:
        evaluate_once(
            session,
            SUSTAINED_DROP,
            series([*STEADY, "98", "98"]),
            data_version=1,
            today=TODAY,
            now=NOW,
        )
    return store


def stands(store: Store) -> AlertState:
    with store.read() as session:
        return read_alerts(session)[SUSTAINED_DROP.fingerprint].state


def snoozed(store: Store, until: date = UNTIL) -> AlertState:
    with store.write(ledger=False) as session:
        return snooze(
            session,
            SUSTAINED_DROP,
            user_id="U1",
            until=until,
            reason="known",
            today=TODAY,
            now=NOW,
        )


def ended(store: Store, today: date) -> Evaluated:
    with store.write(ledger=False) as session:
        return end_snooze(session, SUSTAINED_DROP, today=today, now=NOW)


def actions(store: Store) -> list[tuple[str, str, str | None, date | None]]:
    with store.read() as session:
        rows = session.scalars(select(AlertActionRow).order_by(col(AlertActionRow.id)))
        return [(row.user_id, row.action, row.reason, row.until) for row in rows]


def test_an_acknowledgement_is_written_down_once_however_often_it_is_clicked(
    firing: Store,
) -> None:
    for user_id in ("U1", "U2"):
        with firing.write(ledger=False) as session:
            acknowledge(session, SUSTAINED_DROP, user_id=user_id, now=NOW)

    episode = stands(firing).episode
    assert episode is not None
    assert episode.is_acknowledged
    assert actions(firing) == [("U1", "acknowledge", None, None)]


def test_a_snooze_says_until_when_and_why(firing: Store) -> None:
    snoozed(firing)

    assert stands(firing).is_snoozed(TODAY)
    assert actions(firing) == [("U1", "snooze", "known", UNTIL)]
    with firing.read() as session:
        snooze = last_snooze(session, SUSTAINED_DROP.fingerprint)
    assert snooze is not None
    assert (snooze.user_id, snooze.reason) == ("U1", "known")


def test_a_snooze_that_is_too_long_changes_nothing(firing: Store) -> None:
    before = contents(firing)

    with pytest.raises(SnoozeLengthError):
        snoozed(firing, date(2027, 6, 1))

    assert contents(firing) == before


def test_a_snooze_ends_on_its_day_with_one_line(firing: Store) -> None:
    snoozed(firing)

    assert ended(firing, TODAY)[1] == ()
    _, [line] = ended(firing, UNTIL)
    assert line.kind is TransitionKind.SNOOZE_ENDED
    assert ended(firing, UNTIL)[1] == ()


def test_a_snooze_that_is_ended_early_may_be_set_again_to_the_same_day(firing: Store) -> None:
    snoozed(firing)
    with firing.write(ledger=False) as session:
        assert wake(session, SUSTAINED_DROP, user_id="U2", now=NOW).snoozed_until is None
        wake(session, SUSTAINED_DROP, user_id="U2", now=NOW)
    snoozed(firing)

    assert [action for _, action, *_ in actions(firing)] == ["snooze", "wake", "snooze"]
    assert len(ended(firing, UNTIL)[1]) == 1


def test_muting_is_each_persons_own_and_can_be_undone(firing: Store) -> None:
    with firing.write(ledger=False) as session:
        for _ in range(2):
            mute(session, "f1", "U1", now=NOW)
        mute(session, "f2", "U2", now=NOW)
        assert muted_by(session, "U1") == {"f1"}
        unmute(session, "f1", "U1", now=NOW)
        assert muted_by(session, "U1") == set()
        assert all_mutes(session) == {("f2", "U2")}


def test_what_nobody_did_to_an_alert_is_none(firing: Store) -> None:
    snoozed(firing)

    with firing.read() as session:
        assert last_acknowledgement(session, SUSTAINED_DROP.fingerprint) is None
        assert last_snooze(session, SUSTAINED_DROP.fingerprint) is not None

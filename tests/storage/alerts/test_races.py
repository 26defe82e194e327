"""Two processes that evaluate the same rule on the same data: one wins, and tells."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from metrics.alerts.rules import SUSTAINED_DROP
from metrics.alerts.states import TransitionKind
from storage.alerts.states import Evaluated, evaluate_once, read_alerts
from storage.store.engine import Store
from tests.metrics.alerts.months import STEADY, series
from tests.storage.racing import LEVELS, MANY, Isolation, all_have_read, at_once, unlocked
from tests.storage.stores import contents

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
DROP = series([*STEADY, "98", "98"])


def evaluate(session: Session) -> Evaluated:
    return evaluate_once(
        session, SUSTAINED_DROP, DROP, data_version=7, today=date(2026, 11, 21), now=NOW
    )


def told(evaluations: list[Evaluated | None]) -> list[TransitionKind]:
    return [change.kind for one in evaluations if one is not None for change in one[1]]


@LEVELS
def test_of_two_who_saw_a_rule_not_evaluated_one_evaluates_it(
    postgresql_store: Store, isolation: Isolation
) -> None:
    with all_have_read(postgresql_store, "alert_state"):
        evaluations = at_once(lambda _: unlocked(postgresql_store, isolation, evaluate))

    assert told(evaluations) == [TransitionKind.FIRED]
    assert_stored_once(postgresql_store)


def test_of_many_who_evaluate_at_once_one_tells_and_all_see_how_it_stands(store: Store) -> None:
    def work(_: int) -> Evaluated | None:
        with store.write(ledger=False) as session:
            return evaluate(session)

    evaluations = at_once(work, MANY)

    assert told(evaluations) == [TransitionKind.FIRED]
    assert len({one[0] for one in evaluations if one is not None}) == 1
    assert_stored_once(store)


def assert_stored_once(store: Store) -> None:
    rows = contents(store)
    assert (rows["alert_evaluation"], rows["alert_transition"], rows["alert_state"]) == (1, 1, 1)
    with store.read() as session:
        [stored] = read_alerts(session).values()
    assert stored.state.data_version == 7

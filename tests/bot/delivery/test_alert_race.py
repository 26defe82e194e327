"""Two processes that evaluate the same month at the same moment, and tell what they find."""

from dataclasses import replace

import pytest

from storage.alerts.rules import add
from storage.delivery.parcels import State
from tests.bot.delivery.letters import Office
from tests.bot.delivery.workers import HERALD, Task, Workers
from tests.bot.edge import let
from tests.metrics.alerts.own_rules import below
from tests.slow import only_slow
from tests.storage.courses import DROP, course, month
from tests.storage.stores import import_text, rows, url_of

SHRINKING = below("100")
UNTOLD = """
SELECT id FROM alert_transition WHERE id NOT IN (SELECT transition_id FROM alert_announced)
"""


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("rounds", [2, pytest.param(100, marks=only_slow)])
def test_two_processes_tell_each_person_once_of_every_month(
    real_time_office: Office, workers: Workers, rounds: int
) -> None:
    office = real_time_office
    bob = office.slack.workspace.add_user("bob")
    let(office.store, bob.id)
    office.drop(office.owner, bob)
    with office.store.write(ledger=False) as session:
        add(session, SHRINKING, recipients=(office.owner.id, bob.id), now=office.now())
    task = replace(Task.of(office.slack, url_of(office.store)), sender=HERALD, skips=False)

    for number in range(1, rounds + 1):
        assert workers.run_all(task, 2) == [0, 0]
        assert [len(office.direct(one)) for one in (office.owner, bob)] == [number, number]
        close_month(office, len(DROP) - 1 + number)

    assert len(office.posts()) == 2 * rounds
    assert {State(row.state) for row in office.rows()} == {State.SENT}
    assert rows(office.store, UNTOLD) == []


def close_month(office: Office, place: int) -> None:
    """Import one more month, in which what had shrunk grows, or the other way round."""
    percents = [*DROP, *(("103", "98") * place)][: place + 1]
    after = month(place + 1)
    import_text(
        office.store, course(since=place, enterprise=percents), today=after, closed_through=after
    )

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import QueuePool

from storage.store.engine import Store
from storage.store.leadership import Leadership
from tests.postgresql import Server
from tests.slack.waiting import wait_for
from tests.storage.stores import open_store, url_of

LEAD_FOR_EVER = """
import sys
from storage.store.engine import Store
from storage.store.leadership import Leadership

leadership = Leadership(Store(sys.stdin.readline().strip()))
print(leadership.try_lead(), flush=True)
sys.stdin.readline()
"""


def leading(store: Store) -> closing[Leadership]:
    return closing(Leadership(store))


@contextmanager
def another_process(store: Store) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Let another process try to lead; give it, and what it says of that."""
    with subprocess.Popen(  # noqa: S603 - our own lines
        [sys.executable, "-c", LEAD_FOR_EVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{url_of(store)}\n")
        process.stdin.flush()
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_one_leads_until_it_lets_another(store: Store) -> None:
    with open_store(store.engine.url) as other, leading(other) as second:
        with leading(store) as first:
            assert [first.try_lead(), second.try_lead()] == [True, False]
            assert [first.try_lead(), second.try_lead()] == [True, False]
        assert second.try_lead()
        assert not first.try_lead()


def test_who_let_go_can_lead_again(store: Store) -> None:
    with leading(store) as leadership:
        assert leadership.try_lead()
        leadership.close()

        # PostgreSQL lets go once it sees that the connection has ended.
        wait_for(leadership.try_lead, what="it to lead again")


def test_to_let_go_of_nothing_is_no_error(store: Store) -> None:
    with leading(store) as leadership:
        leadership.close()


def test_of_many_at_once_one_leads(store: Store) -> None:
    many = [Leadership(store) for _ in range(6)]

    with ThreadPoolExecutor(len(many)) as threads:
        leads = list(threads.map(Leadership.try_lead, many))

    assert sorted(leads) == [False] * 5 + [True]
    for leadership in many:
        leadership.close()


def test_who_leads_leaves_the_pool_to_the_others(postgresql_store: Store) -> None:
    with leading(postgresql_store) as leadership:
        assert leadership.try_lead()

        assert isinstance(postgresql_store.engine.pool, QueuePool)
        assert postgresql_store.engine.pool.checkedout() == 0


def test_a_killed_leader_leads_no_more(store: Store) -> None:
    with leading(store) as leadership, another_process(store) as (process, said):
        assert said == "True"
        assert not leadership.try_lead()

        process.kill()
        process.wait()

        assert wait_for(leadership.try_lead, what="the killed process's lock")


def test_a_second_process_does_not_lead(store: Store) -> None:
    with leading(store) as leadership:
        assert leadership.try_lead()

        with another_process(store) as (_, said):
            assert said == "False"


def test_a_leader_whose_connection_is_lost_notices_it(
    postgresql_store: Store, postgresql_server: Server
) -> None:
    with (
        leading(postgresql_store) as first,
        leading(postgresql_store) as second,
    ):
        assert first.try_lead()
        disconnect_all(postgresql_server)

        assert second.try_lead()
        assert not first.try_lead()


def test_a_leader_whose_connection_is_lost_leads_again_if_nobody_else_does(
    postgresql_store: Store, postgresql_server: Server
) -> None:
    with leading(postgresql_store) as leadership:
        assert leadership.try_lead()
        disconnect_all(postgresql_server)

        assert leadership.try_lead()


def disconnect_all(server: Server) -> None:
    # Without a time to wait for, it returns while the ended connections still hold their locks.
    server.execute(
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
        " WHERE application_name = 'nrrbot'"
    )


def test_nobody_leads_a_database_that_does_not_answer() -> None:
    store = Store("postgresql://nobody@127.0.0.1:1/nrr")

    with leading(store) as leadership:
        assert not leadership.try_lead()


def test_nobody_leads_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        open_store(tmp_path / "nowhere" / "store.db") as store,
        leading(store) as leadership,
    ):
        assert not leadership.try_lead()


def test_a_leader_whose_file_was_deleted_notices_it(sqlite_store: Store, tmp_path: Path) -> None:
    with leading(sqlite_store) as first, leading(sqlite_store) as second:
        assert first.try_lead()
        (tmp_path / "nrrbot.db.leader").unlink()

        assert second.try_lead()
        assert not first.try_lead()
        assert second.try_lead()


def test_a_leader_whose_file_was_deleted_leads_again_if_nobody_else_does(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with leading(sqlite_store) as first, leading(sqlite_store) as second:
        assert first.try_lead()
        (tmp_path / "nrrbot.db.leader").unlink()

        assert [first.try_lead(), second.try_lead()] == [True, False]


def test_a_store_in_memory_is_led_by_its_process() -> None:
    with leading(Store("sqlite://")) as leadership:
        assert leadership.try_lead()
        assert leadership.try_lead()

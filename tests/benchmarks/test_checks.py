import pytest

from benchmarks.checks import CHECKS
from benchmarks.results import Cost, Result
from benchmarks.scene import Scene
from tests.slow import only_slow

IN_THIS_PROCESS = ("period", "trend", "new-data", "answers", "store")


def run(name: str, scene: Scene) -> list[Result]:
    found = list(CHECKS[name].run(scene))
    return [result for result in found if not isinstance(result, Cost)]


def assert_measured(results: list[Result]) -> None:
    assert results
    for result in results:
        assert result.ours.median > 0
        assert result.theirs is None or result.theirs.median > 0


@pytest.mark.parametrize("name", IN_THIS_PROCESS)
def test_its_contenders_agree_and_are_measured(name: str, scene: Scene) -> None:
    assert_measured(run(name, scene))


@only_slow
@pytest.mark.slack
@pytest.mark.parametrize("name", sorted(CHECKS.keys() - set(IN_THIS_PROCESS)))
def test_it_runs_nrrbot_in_a_process_of_its_own(name: str, scene: Scene) -> None:
    assert_measured(run(name, scene))


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["period", "new-data", "store"])
def test_it_is_the_same_on_postgresql(name: str, postgresql_scene: Scene) -> None:
    assert_measured(run(name, postgresql_scene))


def test_it_shows_by_how_much_the_playbook_is_off(scene: Scene) -> None:
    notes = [result.note for result in run("trend", scene)]

    assert any(note.startswith("mrr-playbook says NRR ") for note in notes)

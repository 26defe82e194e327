"""A machine on which PostgreSQL cannot run is told, not passed over."""

from pathlib import Path

import pytest

from tests import postgresql


@pytest.fixture
def _cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Path) -> None:
        raise OSError

    monkeypatch.setattr(postgresql, "_start", start)


@pytest.mark.usefixtures("_cannot_run")
def test_where_it_cannot_run_its_tests_fail_and_say_how_to_do_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(postgresql.WITHOUT, raising=False)

    with pytest.raises(pytest.fail.Exception) as failed, postgresql.running_server():
        pass
    assert str(failed.value) == (
        "PostgreSQL cannot run on this machine (OSError):"
        " with NRRBOT_TESTS_WITHOUT_POSTGRESQL=1 its tests are skipped"
    )


@pytest.mark.usefixtures("_cannot_run")
def test_where_it_is_known_not_to_run_its_tests_are_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(postgresql.WITHOUT, "1")

    with pytest.raises(pytest.skip.Exception), postgresql.running_server():
        pass

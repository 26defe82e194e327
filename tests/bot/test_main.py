import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.store.engine import Store
from storage.store.leadership import Leadership
from tests.slow import only_slow
from tests.storage.migrations.test_own_declarations import forget_own_declarations
from tests.storage.stores import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


def nrrbot(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run a line where files are otherwise made for everybody to read; return what it says."""
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own words
        [sys.executable, "-m", "bot", *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'kept.db'}", "COLUMNS": "100"},
        umask=0o022,
        check=check,
        capture_output=True,
        text=True,
    )
    return " ".join((done.stdout + done.stderr).split())


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode)[-3:] for path in folder.iterdir()}


def test_a_store_and_its_copy_are_their_owners_alone(folder: Path) -> None:
    nrrbot(folder, "db", "upgrade")
    nrrbot(folder, "db", "backup", str(folder / "copy.db"))

    assert {"kept.db": "600", "copy.db": "600"}.items() <= modes(folder).items()
    assert set(modes(folder).values()) == {"600"}


def test_a_store_of_an_older_version_is_named_with_the_line_to_type(folder: Path) -> None:
    store = folder / "kept.db"
    store.touch(mode=0o644)  # as an older version made it
    nrrbot(folder, "db", "upgrade")

    said = nrrbot(folder, "doctor", check=False)

    assert f"chmod go= {store}" in said


def test_the_copy_before_an_upgrade_and_the_leaders_lock_are_their_owners_alone(
    folder: Path,
) -> None:
    nrrbot(folder, "db", "upgrade")
    with open_store(folder / "kept.db") as store:
        forget_own_declarations(store)
    nrrbot(folder, "db", "upgrade")
    leader = Leadership(Store(f"sqlite:///{folder / 'kept.db'}"))

    assert leader.try_lead()

    leader.close()
    assert [name for name in modes(folder) if ".before-" in name]
    assert [name for name in modes(folder) if name.endswith(".leader")]
    assert set(modes(folder).values()) == {"600"}


@only_slow
def test_every_file_that_a_person_asks_for_is_theirs_alone(folder: Path) -> None:
    nrrbot(folder, "demo", "--accounts", "300", "--keep", str(folder / "kept.db"))
    nrrbot(
        folder,
        *("ask", "enterprise 2026-Q3"),
        *("--chart", str(folder / "a.png"), "--csv", str(folder / "a.csv")),
    )
    nrrbot(folder, "digest", "--dry-run", "--today", "2026-11-16", "--charts", str(folder))
    nrrbot(folder, "db", "backup", str(folder / "copy.db"))

    assert {"kept.db", "copy.db", "a.png", "a.csv"} <= modes(folder).keys()
    assert "nrrbot-digest-2026-W47-1.png" in modes(folder)
    assert set(modes(folder).values()) == {"600"}

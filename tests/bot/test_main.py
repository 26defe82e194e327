import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slow import only_slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


def nrrbot(folder: Path, *arguments: str) -> None:
    """Run a line where files are otherwise made for everybody to read."""
    subprocess.run(  # noqa: S603 - our own interpreter on our own words
        [sys.executable, "-m", "bot", *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'kept.db'}", "COLUMNS": "100"},
        umask=0o022,
        check=True,
        capture_output=True,
    )


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode)[-3:] for path in folder.iterdir()}


def test_a_store_and_its_copy_are_their_owners_alone(folder: Path) -> None:
    nrrbot(folder, "db", "upgrade")
    nrrbot(folder, "db", "backup", str(folder / "copy.db"))

    assert {"kept.db": "600", "copy.db": "600"}.items() <= modes(folder).items()
    assert set(modes(folder).values()) == {"600"}


@only_slow
def test_every_file_that_a_person_asks_for_is_theirs_alone(folder: Path) -> None:
    nrrbot(folder, "demo", "--accounts", "300", "--keep", str(folder / "kept.db"))
    nrrbot(
        folder,
        *("ask", "enterprise 2026-Q3"),
        *("--chart", str(folder / "a.png"), "--cohort", str(folder / "a.csv")),
    )
    nrrbot(folder, "db", "backup", str(folder / "copy.db"))

    assert {"kept.db", "copy.db", "a.png", "a.csv"} <= modes(folder).keys()
    assert set(modes(folder).values()) == {"600"}

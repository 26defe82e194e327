"""What sets up an environment, with stand-ins for pip and uv: neither reaches for a network."""

import os
import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[1] / ".ci/install"
PIP = """#!/bin/sh
echo "pip $*" >> "$0.log"
case "$*" in
*--quiet*list) ;; # as pip 26 does: quiet, it lists nothing
*"config list")
	echo "global.cert='/company.pem'"
	echo "global.index-url='https://index.test/'"
	;;
esac
"""
UV = """#!/bin/sh
echo "uv $UV_DEFAULT_INDEX $SSL_CERT_FILE $*" >> "$(dirname "$0")/python.log"
exit {code}
"""


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return an environment whose pip is configured with a company's own index."""
    (tmp_path / "bin").mkdir()
    _write(tmp_path / "bin/python", PIP)
    _write(tmp_path / "bin/uv", UV.format(code=0))
    return tmp_path


def test_uv_asks_the_index_that_pip_is_configured_with(environment: Path) -> None:
    done = install(environment)

    assert {call.split(" pip ")[0] for call in done if call.startswith("uv")} == {
        "uv https://index.test/ /company.pem --quiet"
    }
    assert [call for call in done if call.startswith("pip") and "config" not in call] == []


def test_where_uv_cannot_pip_installs_what_the_lock_names(environment: Path) -> None:
    _write(environment / "bin/uv", UV.format(code=1))

    installed = [
        call for call in install(environment) if " install " in call and call.startswith("pip")
    ]

    assert [call.split(" install ")[1] for call in installed] == [
        "--require-hashes --no-deps --requirement some.lock",
        "--no-build-isolation --no-deps --editable .",
    ]


def install(environment: Path) -> list[str]:
    """Install a lock file, and return every call of pip and uv."""
    command = [str(INSTALL), str(environment), "some.lock"]
    bare = {"PATH": os.environ["PATH"]}
    subprocess.run(command, check=True, capture_output=True, env=bare)  # noqa: S603 - ours
    return (environment / "bin/python.log").read_text(encoding="utf-8").splitlines()


def _write(path: Path, script: str) -> None:
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)

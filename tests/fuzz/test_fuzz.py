"""Strangers' bytes, at the doors where they come in: what was once found, and what may yet be."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS
from tests.slow import only_slow

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
SECONDS = 120
KNOWN = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_before_is_still_read_or_refused(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def beginnings(name: str) -> st.SearchStrategy[bytes]:
    """Bytes cut out of the corpus and put together with others."""
    known = [path.read_bytes() for path in KNOWN if path.parent.name == name]
    pieces = st.sampled_from(known).flatmap(
        lambda whole: st.tuples(
            st.integers(0, len(whole)), st.integers(0, len(whole)), st.binary(max_size=8)
        ).map(lambda cut: whole[: cut[0]] + cut[2] + whole[cut[1] :])
    )
    return pieces | st.binary(max_size=200)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_any_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    TARGETS[name](data.draw(beginnings(name)))


@only_slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel here")
@pytest.mark.timeout(3 * SECONDS)
@pytest.mark.parametrize("name", TARGETS)
def test_a_fuzzer_that_sees_the_code_finds_nothing_either(name: str, tmp_path: Path) -> None:
    known = str(CORPUS / name)
    limits = (f"-max_total_time={SECONDS}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048")
    kept = f"-artifact_prefix={tmp_path}/"
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "tests.fuzz.run", name, *limits, kept, str(tmp_path), known],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4_000:]

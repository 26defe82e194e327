import json
import re
from pathlib import Path
from typing import Any

import pytest
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
BASELINE: dict[str, Any] = json.loads((ROOT / ".ci/secrets.baseline").read_text(encoding="utf-8"))
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----"
TOKEN = "ghp_" + "a1" * 18
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ; .*)? \\")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_dependency_is_pinned_with_its_hashes_and_from_nowhere_in_particular(
    path: Path,
) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [place for place, line in enumerate(lines) if line[:1].isalnum()]

    assert [lines[at] for at in starts if not PINNED.fullmatch(lines[at])] == []
    assert [lines[at] for at in starts if "--hash=sha256:" not in lines[at + 1]] == []
    assert [line for line in lines if "://" in line or line.startswith("--")] == []


def test_what_the_product_needs_is_what_its_developers_test_with() -> None:
    product, developer = (
        dict(
            re.findall(
                r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in ("requirements.lock", "requirements-dev.lock")
    )

    assert product.items() <= developer.items()


def test_no_secret_is_excused() -> None:
    """One that is none is excluded by its value, so that the file of another hides nothing."""
    assert BASELINE["results"] == {}


def test_what_spares_a_search_the_lines_that_are_clear_hides_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # the filter is named by its path there
    sparing, *others = BASELINE["filters_used"]
    lines = ["a: words", f"b: {KEY}", "a: words", f"c: password = '{TOKEN}'", f"d: {KEY}"]
    names = ["a.py", "a.md", "a.csv", "a.json", "a.toml", "a.yaml", ".env.example", "Makefile"]
    files = [tmp_path / folder / name for folder in ("first", "second") for name in names]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines), encoding="utf-8")

    found = _secrets(files, BASELINE)

    assert sparing["path"] == "file://.ci/clear_lines.py::is_clear"
    assert found == _secrets(files, BASELINE | {"filters_used": others})
    assert [{line for line, _ in places} for places in found] == [{2, 4, 5}] * len(files)


def _secrets(files: list[Path], baseline: dict[str, Any]) -> list[set[tuple[int, str]]]:
    with transient_settings(baseline):
        return [{(one.line_number, one.type) for one in scan_file(str(file))} for file in files]


def test_weaknesses_are_reported_in_private_and_to_no_invented_address() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert "Report a vulnerability" in text
    assert "@" not in text

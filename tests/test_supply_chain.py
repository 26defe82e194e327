import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
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
    baseline = (ROOT / ".ci" / "secrets.baseline").read_text(encoding="utf-8")

    assert '"results": {}' in baseline


def test_weaknesses_are_reported_in_private_and_to_no_invented_address() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert "Report a vulnerability" in text
    assert "@" not in text

"""Every line that docs/data-quality.md says to type works on the demo company."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.demo.company import DemoPlan
from tests.bot.demo_company import demo_store
from tests.storage.stores import import_text, url_of

PAGE = Path(__file__).parents[2] / "docs" / "data-quality.md"
LINES = re.findall(r"(?m)^nrrbot (data.*)$", PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with demo_store(DemoPlan(accounts=60)) as store:
        import_text(store, "account_id,name\n17,Acme\n", source="accounts")
        yield url_of(store)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_page_works(
    line: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    rows = "account_id,month,Total,currency\n17,2026-09,10.00,USD\n"
    Path("mrr-by-customer.xlsx").write_text(rows, encoding="utf-8")
    Path("totals.csv").write_text("month,mrr,currency\n2026-09,10.00,USD\n", encoding="utf-8")

    assert run(shlex.split(line)) == 0


def test_lines_are_found() -> None:
    assert len(LINES) == len(set(LINES)) >= 5

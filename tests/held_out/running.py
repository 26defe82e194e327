"""A store of one's own, commands as a person types them, and what the oracle expects of them."""

import contextlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run
from tests.reference.oracle.ledger import Ledger, Row
from tests.reference.oracle.retention import Figures
from tests.storage.stores import SqliteTemplate

DIMENSIONS = ("segment", "plan")
HEADER = ("movement_id", "account_id", "date", "amount", "currency", "driver", "recorded_at")

Json = dict[str, Any]


@dataclass(frozen=True)
class Company:
    """The commands of one ledger."""

    folder: Path

    def imports(self, rows: Iterable[Row], *said: str, first_id: int = 1) -> str:
        """Import rows in the order given; return what was said."""
        return self.imports_text(csv_of(rows, first_id=first_id), *said)

    def imports_text(self, text: str, *said: str, kind: str = "movements") -> str:
        path = self.folder / "import.csv"
        path.write_text(text, encoding="utf-8")
        return command("import", kind, str(path), "--yes", *said)

    def holds(self, ledger: Ledger) -> None:
        """Import a whole ledger, with what is said of where it ends."""
        said: list[str] = []
        if ledger.closed is not None:
            said += ["--closed-through", f"{ledger.closed - timedelta(1):%Y-%m}"]
        if ledger.covered is not None and ledger.covered > (ledger.closed or date.min):
            said += ["--through", f"{ledger.covered - timedelta(1)}"]
        self.imports(ledger.rows, *said)

    def ask(self, words: str, *options: str) -> Json:
        found = json.loads(command("ask", words, *options, "--json"))
        assert isinstance(found, dict)
        return found

    def says(self, words: str, *options: str) -> str:
        """Return the answer in words, without its line breaks."""
        return " ".join(command("ask", words, *options).split())

    def adds_alert(self, words: str) -> str:
        """Set a rule up, whatever is asked back; return its id."""
        added = json.loads(command("alerts", "add", words, "--yes", "--json"))
        return str(added["id"])

    def alerts(self) -> dict[tuple[str, str], Json]:
        """Evaluate all alerts; return them by rule and the value of their segment.

        What is provisional has rows of its own beside them, which are left out.
        """
        command("alerts", "evaluate")
        listed = json.loads(command("alerts", "list", "--json"))["alerts"]
        return {
            (one["id"], "".join(one["scope"].values())): one
            for one in listed
            if one["state"] != "provisional"
        }


def command(*arguments: str) -> str:
    """Run a command that must succeed; return what it printed."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = run(list(arguments))
    assert code == 0, (arguments, said.getvalue())
    return said.getvalue()


@contextmanager
def company(template: SqliteTemplate, *, fiscal_start: int = 1) -> Iterator[Company]:
    """Open an empty ledger, as the settings of whoever types commands name it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as environment,
    ):
        path = template.copy(Path(folder) / "nrrbot.db")
        environment.setenv("DATABASE_URL", f"sqlite:///{path}")
        environment.setenv("NRRBOT_FISCAL_YEAR_START", str(fiscal_start))
        environment.setenv("COLUMNS", "100")
        yield Company(Path(folder))


def csv_of(rows: Iterable[Row], *, first_id: int = 1) -> str:
    """Write rows as the file that is imported, each with an id of its own."""
    lines = [",".join((*HEADER, *DIMENSIONS))]
    for number, row in enumerate(rows, first_id):
        sign, amount = "-" * (row.amount < 0), abs(row.amount)
        money = f"{sign}{amount // 100}.{amount % 100:02}"
        recorded = "" if row.recorded == date.min else f"{row.recorded}T12:00:00Z"
        values = (row.attributes.get(dimension, "") for dimension in DIMENSIONS)
        day = row.day.isoformat()
        cells = (f"m{number}", row.account, day, money, "USD", row.driver, recorded, *values)
        lines.append(",".join(cells))
    return "\n".join([*lines, ""])


def six(ratio: Fraction | None) -> str | None:
    """Write a ratio with six decimals, half away from zero."""
    if ratio is None:
        return None
    millionths = (2 * abs(ratio.numerator) * 10**6 + ratio.denominator) // (2 * ratio.denominator)
    sign = "-" if ratio < 0 and millionths else ""
    return f"{sign}{millionths // 10**6}.{millionths % 10**6:06}"


def money(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


def cells(figures: Figures) -> Mapping[str, object]:
    """Return what JSON says of one opening base."""
    return {
        "accounts_opening": figures.accounts_opening,
        "accounts_retained": figures.accounts_retained,
        "opening_mrr": money(figures.opening),
        "expansion": money(figures.expansion),
        "contraction": money(figures.contraction),
        "churn": money(figures.churn),
        "closing_mrr": money(figures.closing),
        "nrr": six(figures.nrr),
        "grr": six(figures.grr),
        "logo_retention": six(figures.logo_retention),
    }


def memo(figures: Figures) -> Mapping[str, str]:
    return {
        "new": money(figures.new),
        "returning": money(figures.returning),
        "resumed": money(figures.resumed),
    }


def agree(found: Json, expected: Mapping[str, object], *context: object) -> None:
    """Hold each figure against the oracle's; what else stands beside them is not asked."""
    wrong = {
        name: (found.get(name), right)
        for name, right in expected.items()
        if found.get(name) != right
    }
    assert not wrong, f"(found, right): {wrong} in {context}"

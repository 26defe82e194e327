"""What docs/runbook.md tells people to look at and to type is there."""

import re
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from bot.__main__ import run
from bot.access.decisions import Reason
from bot.config import Settings
from bot.delivery.failure_notices import REASONS
from bot.delivery.metering import Meter
from bot.server.health import Unreadiness
from bot.server.store_figures import StoreFigures
from storage.delivery.parcels import State
from storage.digests.stuck import STUCK
from storage.sources.states import note_failure
from tests.bot.small_company import small_company

PAGE = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def lines_to_type() -> set[str]:
    return {line.strip() for line in re.findall(r"(?:^|`)nrrbot ([^`#\n]+)", PAGE, re.MULTILINE)}


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_everything_that_can_be_red_has_its_section() -> None:
    headings = re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)

    assert headings == [red.value for red in Unreadiness]


def test_every_metric_it_names_is_shown(tmp_path: Path) -> None:
    meter, store = Meter(now=lambda: 0.0), small_company(tmp_path)
    with store.write(ledger=False) as session:
        note_failure(session, "sql", "The key was revoked.", now=NOW)
    meter.registry.register(StoreFigures(store, lambda: NOW, "T1"))
    meter.watch_connections(lambda: 2)
    shown = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in meter.registry.collect()
    }
    store.engine.dispose()

    named = set(re.findall(r"nrrbot_[a-z_]+", PAGE))

    assert named - shown == set()
    assert {name for name in shown - named if "_process_" not in name} == set()


def test_its_alarms_can_be_read_by_prometheus() -> None:
    [text] = re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)

    [group] = yaml.safe_load(text)["groups"]

    assert all(
        {"alert", "expr"} <= rule.keys() <= {"alert", "expr", "for"} for rule in group["rules"]
    )


@pytest.mark.parametrize("line", sorted(lines_to_type()))
def test_every_line_it_tells_to_type_exists(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = takewhile(re.compile("[a-z]+").fullmatch, line.split())

    assert run([*command, "--help"]) == 0

    said = capsys.readouterr().out
    assert all(option in said for option in re.findall(r"--[a-z-]+", line))


def test_every_setting_it_names_is_one() -> None:
    named = set(re.findall(r"\b(?:NRRBOT|SLACK)_[A-Z_]+|DATABASE_URL", PAGE))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("state", sorted(STUCK))
def test_every_state_that_waits_for_a_person_is_explained(state: State) -> None:
    assert f"\n| `{state}` |" in PAGE


@pytest.mark.parametrize(
    "title", ["Somebody cannot see figures, or should not", "A digest is suspended"]
)
def test_every_reason_it_names_is_one(title: str) -> None:
    named = set(re.findall(r"`([a-z_]+)`", section(title))) - {"slack", "nrrbot_authz_denied_total"}

    assert named
    assert named <= {reason.name.lower() for reason in Reason} | set(REASONS)

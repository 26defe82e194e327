from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.importing.agreeing import Agreement
from bot.importing.imports import import_file
from storage.importing import importer
from storage.importing.asking import Ask, ImportAsksError, ImportQuestion
from storage.importing.landing import ImportOptions
from storage.store.engine import Store
from tests.bot.small_company import TODAY, small_company

QUESTION = ImportQuestion(Ask.CLOSED_MONTHS, "August goes from 100.0% to 50.0%.")
ROW = "account_id,date,amount,currency\nzeta,2026-11-02,5,USD\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return small_company(tmp_path)


@pytest.fixture
def asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[frozenset[Ask]]:
    """Let imports into the store ask about closed months; note what each had agreed to."""
    del store  # it is filled by then
    land: Callable[..., Any] = importer.land_file
    attempts: list[frozenset[Ask]] = []

    def land_when_agreed(*given: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
        options: ImportOptions = given[3]
        attempts.append(options.agreed)
        if Ask.CLOSED_MONTHS not in options.agreed:
            raise ImportAsksError([QUESTION])
        return land(*given, **more)

    monkeypatch.setattr("bot.importing.imports.land_file", land_when_agreed)
    return attempts


def test_what_was_agreed_to_lands_and_all_of_it_is_read_again(
    store: Store, tmp_path: Path, asked: list[frozenset[Ask]]
) -> None:
    file = tmp_path / "more.csv"
    file.write_text(ROW, encoding="utf-8")
    read: list[int] = []

    report = import_file(
        store,
        Settings.model_construct(),
        file,
        today=TODAY,
        ask=lambda _, before: Agreement(before.agreed | {Ask.CLOSED_MONTHS}),
        on_read=lambda _, rows: read.append(rows),
    )

    assert report.imported == 1
    assert read == [1, 1]
    assert asked == [frozenset(), frozenset({Ask.CLOSED_MONTHS})]


@pytest.mark.usefixtures("asked")
def test_where_nobody_can_be_asked_it_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text(ROW, encoding="utf-8")

    with pytest.raises(ImportAsksError, match="Say --yes"):
        import_file(store, Settings.model_construct(), file, today=TODAY)

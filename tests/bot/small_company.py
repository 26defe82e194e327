"""A ledger small enough to work out by hand, imported the ordinary way into a real store."""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from bot.answers.answers import Answers
from bot.config import Settings
from bot.importing.agreeing import Agreement
from bot.importing.imports import import_file
from metrics.data_end import Declared
from metrics.segments import Tiers
from storage.importing.asking import Ask
from storage.importing.importer import FileRequest
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.report import ImportReport
from storage.store.engine import Store
from storage.warehouse.copy import WarehouseReader
from tests.storage.at_head import lasting_folder, set_up, template_of
from tests.storage.stores import SqliteTemplate, open_store

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
MOVEMENTS = """\
movement_id,account_id,date,amount,currency,driver,segment,industry
m1,alpha,2025-06-15,1000.00,USD,new_logo,enterprise,fintech
m2,beta,2025-06-20,500.00,USD,new_logo,enterprise,health
m3,gamma,2025-07-01,100.00,USD,new_logo,smb,fintech
m4,delta,2025-07-02,80.00,USD,new_logo,smb,
m5,epsilon,2025-07-03,60.00,USD,new_logo,,
m6,delta,2026-05-10,-80.00,USD,price,,
m7,alpha,2026-07-14,200.00,USD,seats,,
m8,beta,2026-08-01,-50.00,USD,unused,,
m9,gamma,2026-09-30,-100.00,USD,competitor,,
m10,delta,2026-09-15,40.00,USD,win_back,,
m11,zeta,2026-08-20,300.00,USD,new_logo,enterprise,retail
m12,alpha,2026-10-01,5000.00,USD,seats,,
"""
"""In 2026-Q3 the company opens with 1,660.00 and keeps 1,710.00; enterprise 1,500.00, 1,650.00."""


T = TypeVar("T")
CLOSED = Declared(closed_through=date(2026, 11, 1))


def small_company(
    folder: Path, text: str = MOVEMENTS, *, now: datetime = NOW, declared: Declared = CLOSED
) -> Store:
    """Return a migrated store in ``folder`` that holds the movements in ``text``."""
    folder.mkdir(exist_ok=True)
    return Store(f"sqlite:///{_imported(text, now, declared).copy(folder / 'nrrbot.db')}")


@lru_cache(maxsize=64)  # most tests ask for the same, and an import takes longer than many of them
def _imported(text: str, now: datetime, declared: Declared) -> SqliteTemplate:
    with open_store(lasting_folder() / "nrrbot.db") as store:
        set_up(store)
        import_text(store, text, now=now, declared=declared)
        return template_of(store)


def import_text(
    store: Store,
    text: str,
    *,
    source: str = "movements",
    now: datetime = NOW,
    declared: Declared = CLOSED,
) -> ImportReport:
    """Import a file with the given text."""
    assert store.sqlite_path is not None
    file = store.sqlite_path.with_suffix(".csv")
    file.write_text(text, encoding="utf-8")
    return import_file(
        store,
        Settings.model_construct(),  # the defaults, whatever the environment of a test says
        file,
        today=TODAY,
        request=FileRequest(columns=ColumnWishes(kind=source)),
        declared=declared,
        agreement=Agreement(frozenset(Ask)),  # tests of what is asked are elsewhere
        clock=lambda: now,
    )


def answers_from(
    store: Store,
    *,
    dimension: str = "segment",
    fiscal_start: int = 1,
    today: date = TODAY,
    warehouse: WarehouseReader | None = None,
) -> Answers:
    """Return the use cases on a store, on a day."""
    return Answers(
        store=store,
        tiers=Tiers(),
        main_dimension=dimension,
        fiscal_start=fiscal_start,
        today=lambda: today,
        warehouse=warehouse,
    )


def reply_of(kind: type[T], answers: Answers, asked: str, **how: Any) -> T:  # noqa: ANN401 - as `reply` takes
    """Ask for a reply that is of a kind."""
    reply = answers.reply(asked, **how)
    assert isinstance(reply, kind)
    return reply

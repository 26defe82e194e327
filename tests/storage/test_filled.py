import pytest

from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import NOW, Template, contents, import_text, movements, rows

LEDGER = movements("acme 2026-01-05 100", "acme 2026-02-05 -20", "zeta 2026-02-06 7")


def written(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(rows(store, f"SELECT * FROM {name}")) for name in contents(store)}  # noqa: S608


def test_a_filled_store_is_as_one_that_was_imported_into(template: Template) -> None:
    with (
        template.fresh() as imported,
        template.fresh() as first,
        template.fresh() as second,
    ):
        report = import_text(imported, LEDGER)
        assert [fill(first, LEDGER), fill(second, LEDGER)] == [report, report]
        more = movements("acme 2026-03-05 1")
        assert import_text(second, more) == import_text(imported, more)
        assert written(second) == written(imported)


def test_what_one_store_does_is_in_no_other(template: Template) -> None:
    with template.fresh() as first, template.fresh() as second:
        fill(first, LEDGER)
        before = written(first)
        import_text(first, movements("acme 2026-04-05 1"))

        fill(second, LEDGER)

        assert written(second) == before


def test_what_an_import_is_told_is_told_apart(template: Template) -> None:
    with template.fresh() as first, template.fresh() as second:
        assert fill(first, LEDGER, now=NOW).imported == 3
        assert fill(second, LEDGER, now=NOW, dry_run=True).imported == 3

        assert written(first) != written(second)


def test_no_store_that_holds_something_is_filled(store: Store) -> None:
    import_text(store, movements("acme 2026-01-05 100"))

    with pytest.raises(AssertionError, match="the store is not empty"):
        fill(store, LEDGER)

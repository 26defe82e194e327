import numpy as np

from storage.importing.contracts.named_contracts import NamedContracts
from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import FileTexts


def _named(texts: FileTexts, *pairs: tuple[str, str]) -> NamedContracts:
    named = NamedContracts()
    for account, contract in pairs:
        numbers = {name: np.zeros(1, np.int64) for name in TermRows.names()}
        numbers["account"][0] = texts.account[account]
        named.add(TermRows.of(texts, [[contract or None], [None]], [*numbers.values()]))
    return named


def test_a_contract_has_moved_that_the_list_has_under_another_account_only() -> None:
    texts = FileTexts()
    named = _named(texts, ("acme", "C-1"), ("bolt", "C-2"), ("bolt", "C-1"), ("core", "C-3"))
    held = [("acme", "C-1"), ("bolt", "C-1"), ("core", "C-2"), ("gone", "C-3"), ("acme", "C-9")]

    assert [*named.moved(held, texts)] == [("core", "C-2"), ("gone", "C-3")]


def test_a_list_without_ids_moves_nothing() -> None:
    texts = FileTexts()

    assert [*_named(texts, ("acme", "")).moved([("bolt", "C-1")], texts)] == []
    assert [*_named(texts).moved([("bolt", "C-1")], texts)] == []

from datetime import date

import pytest

from storage.importing import kinds
from storage.importing.asking import Ask, ImportAsksError
from storage.importing.doubts import look_alikes
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text, movements

FIRST = movements("anna 2026-01-05 100", "bert 2026-01-05 100")


def asked(store: Store, content: str) -> list[tuple[Ask, str]]:
    with pytest.raises(ImportAsksError) as error:
        import_text(store, content, agreed=frozenset())
    return [(question.ask, question.sentence) for question in error.value.questions]


def test_what_changes_a_closed_month_is_asked(store: Store) -> None:
    import_text(store, FIRST, closed_through=date(2026, 11, 1), agreed=frozenset())

    assert asked(store, movements("anna 2026-08-05 -100")) == [
        (
            Ask.CLOSED_MONTHS,
            "1 row is dated in closed months: NRR of August 2026 goes from 100.0% to 50.0%.",
        )
    ]


def test_a_rest_of_less_than_one_unit_is_asked(store: Store) -> None:
    lines = "bert 2026-01-05 166.67", "bert 2026-05-01 -83.33", "bert 2026-08-01 -83.33"
    content = movements(*lines)

    [(ask, sentence)] = asked(store, content)

    assert ask is Ask.RESIDUES
    assert sentence.startswith("bert is left with 0.01 USD: ")


def test_a_small_account_that_began_small_is_none(store: Store) -> None:
    content = movements("bert 2026-01-05 0.50", "bert 2026-05-01 -0.20", "carl 2026-01-05 5")

    assert import_text(store, content, agreed=frozenset()).imported == 3


def test_a_rest_of_an_account_that_is_held_is_asked(store: Store) -> None:
    import_text(store, FIRST)

    assert [ask for ask, _ in asked(store, movements("anna 2026-02-05 -99.99"))] == [Ask.RESIDUES]
    late = movements("anna 2026-01-04 1", "anna 2026-01-06 -100.99")
    assert [ask for ask, _ in asked(store, late)] == [Ask.RESIDUES]


def test_a_rest_is_asked_once_however_few_accounts_are_looked_at_together(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_AT_ONCE", 1)
    import_text(store, csv_text("anna,2026-03-01,100,EUR"))
    of_dollars = "anna,2026-01-05,10,USD", "anna,2026-02-05,-9.50,USD"

    # What is dated before the held row has all of the account replayed.
    [(_, sentence)] = asked(store, csv_text(*of_dollars, "anna,2026-02-01,5,EUR"))

    assert sentence.startswith("anna is left with 0.50 USD: ")


def test_ids_that_look_alike_are_asked_once(store: Store) -> None:
    import_text(store, csv_text("ACME Ltd.,2026-01-05,1,USD"))
    content = csv_text("acme-ltd,2026-02-05,1,USD")

    assert asked(store, content) == [
        (Ask.LOOK_ALIKES, '"ACME Ltd." and "acme-ltd" look alike and would be different accounts.')
    ]
    import_text(store, content)
    more = csv_text("acme-ltd,2026-03-05,1,USD", "other,2026-03-05,1,USD")
    assert import_text(store, more, agreed=frozenset()).imported == 2


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("acme_1", "ACME-1", True),
        ("00123", "123", True),
        ("Müller", "Muller", True),
        ("1-23", "12-3", False),
        ("a1", "a11", False),
        ("x100", "x1-00", False),
        ("---", "...", False),
    ],
)
def test_ids_look_alike_by_case_marks_accents_and_leading_zeros(
    one: str, other: str, *, is_alike: bool
) -> None:
    assert look_alikes([one], [other]) == ([(one, other)] if is_alike else [])
    assert look_alikes([], [one, other]) == ([(one, other)] if is_alike else [])

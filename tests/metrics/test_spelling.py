# ruff: noqa: RUF001 - letters that look alike
import pytest

from metrics.spelling import fold


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("muller", "Müller"),
        ("MÜLLER", "mu\u0308ller"),
        ("istanbul", "İstanbul"),
        ("ISIK", "Işık"),
        ("strasse", "Straße"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
        ("lodz", "Łódź"),
        ("orsted aero", "Ørsted-Ærø"),
        ("mid market", " Mid_Market\u200b"),
        ("o'brien", "O’Brien"),
        ("acme", "ＡＣＭＥ"),
    ],
)
def test_spellings_of_one_name_fold_alike(typed: str, name: str) -> None:
    assert fold(typed) == fold(name)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("각", "가"), ("acme", "acne")])
def test_other_letters_are_other_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)

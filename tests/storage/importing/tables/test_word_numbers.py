from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.importing.tables import word_numbers
from storage.importing.tables.word_numbers import WORD, WordNumbers, Words


class Asked(dict[str, int]):
    """Numbers of texts in the order in which they were first asked for, and how often they were."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __getitem__(self, text: str) -> int:
        self.count += 1
        return self.setdefault(text, len(self))


@pytest.fixture(autouse=True)
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let many cells want the place of another, and the room grow."""
    monkeypatch.setattr(word_numbers, "_FEWEST", 4)
    monkeypatch.setattr(word_numbers, "_ROOM", 1)


def words_of(cells: Sequence[str]) -> Words:
    encoded = [cell.encode() for cell in cells]
    words = -(-max(1, *map(len, encoded)) // WORD)
    return np.array(encoded, f"S{WORD * words}").view(np.uint64).reshape(-1, words)


texts = st.text(st.sampled_from("abc\u00e9 1"), max_size=20)


@given(blocks=st.lists(st.lists(texts, min_size=1), max_size=8))
def test_each_cell_has_the_number_of_its_text(blocks: list[list[str]]) -> None:
    known, asked = WordNumbers(), Asked()

    for cells in blocks:
        found = known.of(words_of(cells), asked).tolist()

        assert found == [asked[cell] for cell in cells]


def test_a_cell_that_comes_again_is_not_asked_for_again() -> None:
    known, asked = WordNumbers(), Asked()
    known.of(words_of(["acme"]), asked)

    known.of(words_of(["acme", "acme"]), asked)

    assert asked.count == 1


def test_a_cell_is_known_beside_longer_ones_too() -> None:
    known, asked = WordNumbers(), Asked()
    known.of(words_of(["acme", "a much longer name"]), asked)

    known.of(words_of(["acme"]), asked)

    assert asked.count == 2


def test_what_was_forgotten_is_asked_for_again() -> None:
    known, asked = WordNumbers(), Asked()
    known.of(words_of(["acme"]), asked)
    known.clear()

    known.of(words_of(["acme"]), asked)

    assert asked.count == 2

from functools import partial

import pytest

from benchmarks import timing
from benchmarks.timing import Contender, DisagreementError, Spread, race


def test_contenders_take_turns_and_the_first_turn_does_not_count() -> None:
    turns: list[str] = []
    contenders = [
        Contender(name=name, prepare=partial(turns.append, "set"), run=partial(turns.append, name))
        for name in ("a", "b")
    ]

    spreads = race(contenders, repeats=2)

    assert turns == ["set", "a", "set", "b"] * 3
    assert [len(spreads[name].values) for name in ("a", "b")] == [2, 2]


def test_who_takes_long_is_waited_for_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "ENOUGH_SECONDS", 0.0)

    spreads = race([Contender(name="slow", run=lambda: 0)], repeats=9)

    assert len(spreads["slow"].values) == timing.ENOUGH_TURNS


def test_contenders_that_answer_differently_are_not_measured() -> None:
    contenders = [
        Contender(name="one", run=lambda: "1"),
        Contender(name="same", run=lambda: 1, read=str),
        Contender(name="excused", run=lambda: "3", agrees=False),
        Contender(name="other", run=lambda: "2"),
    ]

    with pytest.raises(DisagreementError, match="other does not answer what one does"):
        race(contenders, repeats=1)

    assert race(contenders[:-1], repeats=1).keys() == {"one", "same", "excused"}


def test_a_spread_has_a_middle_and_two_ends() -> None:
    spread = Spread((3.0, 1.0, 2.0))

    assert (spread.low, spread.median, spread.high) == (1.0, 2.0, 3.0)

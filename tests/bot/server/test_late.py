from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.server.late import Late


def test_nothing_is_built_before_it_is_asked_for() -> None:
    built = list[str]()
    late = Late(lambda: built.append("once"))

    assert late.peek() is None
    assert built == []


def test_all_who_ask_at_once_get_the_same() -> None:
    asking = Barrier(8)
    late = Late(object)

    def ask() -> object:
        asking.wait()
        return late()

    with ThreadPoolExecutor(8) as threads:
        got = [asked.result() for asked in [threads.submit(ask) for _ in range(8)]]

    assert len(set(map(id, got))) == 1
    assert late.peek() is got[0]


def test_after_an_error_the_next_who_asks_has_it_built_anew() -> None:
    errors = [ValueError("not yet")]

    def build() -> str:
        if errors:
            raise errors.pop()
        return "built"

    late = Late(build)

    with pytest.raises(ValueError, match="not yet"):
        late()
    assert late.peek() is None
    assert late() == "built"

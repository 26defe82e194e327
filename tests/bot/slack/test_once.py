import pytest

from bot.message import Message
from bot.slack.failures import RefusedError, UnclearError
from bot.slack.once import Once, saved_before


def test_the_second_attempt_is_told_that_it_is_done() -> None:
    once = Once()

    with once.attempt("a") as first, once.attempt("a") as second, once.attempt("b") as other:
        assert (first, second, other) == (True, False, True)


@pytest.mark.parametrize("error", [RefusedError("no"), ZeroDivisionError()])
def test_what_failed_may_be_tried_again(error: Exception) -> None:
    once = Once()

    with pytest.raises(type(error)), once.attempt("a"):
        raise error

    with once.attempt("a") as again:
        assert again


def test_what_may_have_been_done_is_not_tried_again() -> None:
    once = Once()

    with pytest.raises(UnclearError), once.attempt("a"):
        raise UnclearError

    with once.attempt("a") as again:
        assert not again


def test_only_so_much_is_remembered() -> None:
    once = Once(remembered=2)

    for key in "abc":
        with once.attempt(key):
            pass

    with once.attempt("a") as forgotten, once.attempt("c") as remembered:
        assert (forgotten, remembered) == (True, False)


def test_a_form_is_saved_once_and_after_that_only_said_to_be() -> None:
    once, saved = Once(), []

    def save() -> Message:
        saved.append(1)
        return Message("Saved.")

    said = [once.saved("V1", save, listed_by="/nrr alerts") for _ in range(2)]

    assert said == [Message("Saved."), saved_before("/nrr alerts")]
    assert saved == [1]

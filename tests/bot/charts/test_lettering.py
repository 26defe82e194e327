import pytest

from bot.charts.lettering import drawable, narrowed, width_of, wrapped


@pytest.mark.parametrize(
    ("inches", "said"),
    [(9, "W" * 20), (1, "WWWWWWW…"), (0.01, "…")],
)
def test_a_name_is_as_long_as_there_is_room(inches: float, said: str) -> None:
    assert narrowed("W" * 20, inches=inches, size=9.5) == said


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("enterprise", "enterprise", id="plain"),
        pytest.param("🚀 Rocket", "Rocket", id="an-emoji-is-left-out"),
        pytest.param("製造業 A", None, id="never-a-part-of-a-name"),
        pytest.param("🚀", None, id="nothing-left"),
        pytest.param("Ελλάδα", "Ελλάδα", id="greek"),
    ],
)
def test_a_name_is_drawn_whole_or_not_at_all(name: str, kept: str | None) -> None:
    assert drawable(name) == kept


def test_a_text_is_broken_between_words_and_the_last_line_says_that_more_was_there() -> None:
    lines = wrapped("one two three four five six", inches=0.8, size=12, most=2)

    assert lines == ("one two", "three f…")
    assert all(width_of(line, 12) <= 0.8 for line in lines)
    assert wrapped("", inches=1, size=12) == ()
    assert wrapped("short", inches=1, size=12) == ("short",)


def test_bold_letters_are_wider() -> None:
    assert width_of("enterprise", 12, bold=True) > width_of("enterprise", 12)

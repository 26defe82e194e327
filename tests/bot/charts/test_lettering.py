import pytest

from bot.charts.lettering import drawable, narrowed, told_apart, width_of, wrapped


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


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["smb", "enterprise"], ["smb", "enterprise"]),
        (["Business plan 2025", "Business plan 2026"], ["Busines… 2025", "Busines… 2026"]),
        (
            ["enterprise-customers-1", "enterprise-customers-2"],
            ["enterprise-…1", "enterprise-…2"],
        ),
        (["Professional plan", "Starter"], ["Professional…", "Starter"]),
        (["Professional plan"] * 2, ["Professional…"] * 2),
    ],
    ids=["short", "words", "one word", "different", "the same"],
)
def test_names_that_begin_alike_are_cut_before_what_tells_them_apart(
    names: list[str], said: list[str]
) -> None:
    assert told_apart(names, lambda name: narrowed(name, inches=1.1, size=10)) == said


def test_bold_letters_are_wider() -> None:
    assert width_of("enterprise", 12, bold=True) > width_of("enterprise", 12)

import io

from rich.console import Console

from bot.style.import_bars import import_bars
from storage.importing.report import ImportPhase


def shown(*, is_terminal: bool) -> str:
    target = io.StringIO()
    console = Console(file=target, force_terminal=is_terminal, width=100, color_system=None)
    with import_bars(console) as tell:
        tell(ImportPhase.READING, done=0, total=40_000)
        tell(ImportPhase.READING, done=10_000, total=40_000)
    return target.getvalue()


def test_a_person_sees_the_phase_the_rows_the_share_and_the_time_left() -> None:
    text = shown(is_terminal=True)

    assert "Reading" in text
    assert "10000/40000" in text
    assert "25%" in text
    assert "Storing" not in text


def test_of_what_has_no_end_that_is_known_the_rows_are_counted() -> None:
    target = io.StringIO()
    console = Console(file=target, force_terminal=True, width=100, color_system=None)

    with import_bars(console) as tell:
        tell(ImportPhase.FETCHING, done=2_000, total=0)

    assert "Fetching" in target.getvalue()
    assert "2000/?" in target.getvalue()


def test_nothing_is_shown_where_nobody_looks_on() -> None:
    assert shown(is_terminal=False) == ""


def test_that_it_waits_is_said_once_in_a_log_too() -> None:
    target = io.StringIO()

    with import_bars(Console(file=target, width=80)) as tell:
        for _ in range(3):
            tell(ImportPhase.WAITING, done=0, total=0)

    assert target.getvalue() == "No answer yet: trying again for about two minutes.\n"


def test_while_a_person_is_asked_the_bars_are_off_the_screen() -> None:
    target = io.StringIO()
    console = Console(file=target, force_terminal=True, width=100, color_system=None)

    with import_bars(console) as tell:
        tell(ImportPhase.READING, done=1, total=2)
        with tell.paused():
            before = target.getvalue()
            tell(ImportPhase.READING, done=2, total=2)
            console.print("Agreed?")
            asked = target.getvalue().removeprefix(before)
        tell(ImportPhase.READING, done=2, total=2)

    assert asked == "Agreed?\n"
    assert "2/2" in target.getvalue().removeprefix(before + asked)

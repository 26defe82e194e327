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


def test_nothing_is_shown_where_nobody_looks_on() -> None:
    assert shown(is_terminal=False) == ""

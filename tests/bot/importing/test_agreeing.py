import pytest

from bot.errors import UsageError
from bot.importing.agreeing import Agreement, ask_person, typed_agreement
from storage.importing.asking import Ask, ImportAsksError, ImportQuestion, Overlap, TwoOverlapsError

CLOSED = ImportQuestion(Ask.CLOSED_MONTHS, "August goes from 100.0% to 50.0%.")
OVERLAP = ImportQuestion(Ask.OVERLAP, "3 of 5 rows are held.")


def answering(monkeypatch: pytest.MonkeyPatch, *, yes: bool = True, choice: str = "") -> None:
    monkeypatch.setattr("typer.confirm", lambda *_, **__: yes)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: choice)


@pytest.mark.parametrize(
    ("choice", "overlap"), [("a", Overlap.APPEND), ("held", Overlap.HELD), ("r", Overlap.REPLACE)]
)
def test_answers_join_what_was_agreed_before(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    choice: str,
    overlap: Overlap,
) -> None:
    answering(monkeypatch, choice=choice)
    before = Agreement(frozenset({Ask.RESIDUES}))

    agreement = ask_person(ImportAsksError([CLOSED, OVERLAP]), before)

    assert agreement == Agreement(frozenset({Ask.RESIDUES, Ask.CLOSED_MONTHS}), overlap)
    asked = capsys.readouterr()
    assert (asked.out, asked.err.splitlines()) == ("", [CLOSED.sentence, OVERLAP.sentence])


@pytest.mark.parametrize("question", [CLOSED, OVERLAP])
def test_who_does_not_agree_imports_nothing(
    monkeypatch: pytest.MonkeyPatch, question: ImportQuestion
) -> None:
    answering(monkeypatch, yes=False, choice="no")

    with pytest.raises(UsageError) as stopped:
        ask_person(ImportAsksError([question]), Agreement())

    assert str(stopped.value) == f"stopped, nothing was imported: {question.sentence}"


def test_options_answer_before_anybody_is_asked() -> None:
    assert typed_agreement(yes=True, append=False, held=True, replaces=False) == Agreement(
        frozenset(Ask), Overlap.HELD
    )
    with pytest.raises(TwoOverlapsError, match="say one of --append, --held and --replace"):
        typed_agreement(yes=False, append=True, held=True, replaces=False)

"""Failures of a source in one sentence each: what is wrong, and what to do; never a secret."""

from bot.errors import is_expected, sentence
from storage.importing.asking import Ask, ImportAsksError
from storage.importing.report import ImportRefusedError, RowFinding
from storage.sources.rows_file import HEADER_LINES


def failure_sentence(error: BaseException, name: str) -> str:
    """Write why a source could not be read, or why what it gave was not imported.

    Cells are left out: whoever looks after the bot need not see figures of single accounts.
    """
    if isinstance(error, ImportRefusedError):
        return _refused(error, name)
    if isinstance(error, ImportAsksError):
        return _asks(error, name)
    if is_expected(error):
        return sentence(error)
    return f"Something went wrong on our side ({type(error).__name__}): the log says where."


def row_place(finding: RowFinding) -> str:
    """Name the row of a finding as the source gave it, counted from 1."""
    return f"row {max(1, finding.line - HEADER_LINES)}"


def _refused(error: ImportRefusedError, name: str) -> str:
    first = error.findings[0]
    column = f", {first.column}" if first.column else ""
    more = len(error.findings) - 1
    rest = f" (and {more:,} more)" if more else ""
    return (
        f"Nothing was imported: {row_place(first)}{column}: {first.message}{rest}."
        f" `nrrbot sync {name} --once` shows the cells."
    )


def _asks(error: ImportAsksError, name: str) -> str:
    asks = {question.ask for question in error.questions}
    said = " ".join(question.sentence for question in error.questions)
    options = [
        *(["--append, --held or --replace"] if Ask.OVERLAP in asks else []),
        *(["--yes"] if asks - {Ask.OVERLAP} else []),
    ]
    return (
        f"Nothing was imported: {said} Answer once by `nrrbot sync {name} --once` with"
        f" {' and '.join(options)}."
    )

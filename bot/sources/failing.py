"""Failures of a source in one sentence each: what is wrong, and what to do; never a secret."""

import re
from dataclasses import replace

from bot.errors import is_expected
from bot.style.names import capitalised
from storage.importing.asking import Ask, ImportAsksError
from storage.importing.report import ImportRefusedError, Places
from storage.sources.rows_file import HEADER_LINES

_OF_A_FILE = re.compile(r"import them with `nrrbot import (\w+) [^`]*`")
"""Advice on a file that somebody has; a source's is gone when they read it."""


def failure_sentence(error: BaseException, name: str) -> str:
    """Write why a source could not be read, or why what it gave was not imported, as a sentence."""
    return capitalised(failure_words(error, name))


def failure_words(error: BaseException, name: str) -> str:
    """Write the same to follow a colon.

    Cells are left out: whoever looks after the bot need not see figures of single accounts.
    """
    if isinstance(error, ImportRefusedError):
        return _refused(error, name)
    if isinstance(error, ImportAsksError):
        return _asks(error, name)
    if is_expected(error):
        words = _OF_A_FILE.sub(r"set NRRBOT_SQL_KIND=\1", str(error))
        return words if words.endswith((".", "?", "!")) else f"{words}."
    return f"something went wrong on our side ({type(error).__name__}): the log says where."


def as_rows(error: ImportRefusedError) -> ImportRefusedError:
    """Count the lines of findings as the source gave them, from its first row on."""
    findings = [
        replace(finding, line=max(1, finding.line - HEADER_LINES)) for finding in error.findings
    ]
    return ImportRefusedError(findings, Places("row"))


def _refused(error: ImportRefusedError, name: str) -> str:
    first = as_rows(error).findings[0]
    column = f", {first.column}" if first.column else ""
    more = len(error.findings) - 1
    rest = f" (and {more:,} more)" if more else ""
    return (
        f"nothing was imported: row {first.line:,}{column}: {first.message}{rest}."
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
        f"nothing was imported: {said} Answer once by `nrrbot sync {name} --once` with"
        f" {' and '.join(options)}."
    )

"""Failures of a source in one sentence each: what is wrong, and what to do; never a secret."""

import re
from dataclasses import replace

from bot.errors import is_expected
from bot.style.names import capitalised, plural
from storage.errors import EndsMostError
from storage.importing.asking import Ask, ImportAsksError
from storage.importing.report import ImportRefusedError, Places
from storage.sources.rows_file import HEADER_LINES

_OF_A_FILE = re.compile(r"import them with `nrrbot import (\w+) [^`]*`")
"""Advice on a file that somebody has; a source's is gone when they read it."""


def failure_sentence(error: BaseException, name: str) -> str:
    """Write why a source failed, as a sentence for whoever looks after the bot.

    Cells and accounts are left out: such a person need not see any account's figures.
    """
    if isinstance(error, ImportRefusedError):
        return capitalised(_refused(error, name))
    if isinstance(error, ImportAsksError) and Ask.LOOK_ALIKES in _asks(error):
        return (
            "Nothing was imported: ids of new accounts look like those of others."
            f" `nrrbot sync {name} --once` names them, and says how to answer."
        )
    return capitalised(failure_words(error, name))


def failure_words(error: BaseException, name: str) -> str:
    """Write the same to follow a colon, for the operator, who may see everything."""
    if isinstance(error, ImportRefusedError):
        count = plural(len(error.findings), "finding")
        return f"nothing was imported, because of {count}: mend it where it comes from."
    if isinstance(error, ImportAsksError):
        return _question(error, name)
    if isinstance(error, EndsMostError):
        return f"{error}: mend the query, or answer once by `nrrbot sync {name} --once --yes`."
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
    column = f", column {first.column}," if first.column else ""
    more = len(error.findings) - 1
    rest = f", and so {'are' if more > 1 else 'is'} {more:,} more" if more else ""
    return (
        f"nothing was imported: row {first.line:,}{column} is refused{rest}."
        f" `nrrbot sync {name} --once` says why."
    )


def _question(error: ImportAsksError, name: str) -> str:
    asks = _asks(error)
    said = " ".join(question.sentence for question in error.questions)
    options = [
        *(["--append, --held or --replace"] if Ask.OVERLAP in asks else []),
        *(["--yes"] if asks - {Ask.OVERLAP} else []),
    ]
    return (
        f"nothing was imported: {said} Answer once by `nrrbot sync {name} --once` with"
        f" {' and '.join(options)}."
    )


def _asks(error: ImportAsksError) -> set[Ask]:
    return {question.ask for question in error.questions}

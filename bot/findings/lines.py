"""The one or two sentences that a message begins with."""

from dataclasses import replace

from bot.findings.moves import move_sentence
from bot.findings.setting import FindingSetting, rise_elsewhere
from bot.findings.years import year_sentence
from bot.style.names import capitalised
from metrics.findings.finding import Cause, Finding, FindingKind, Findings


def lines_of(
    findings: Findings, setting: FindingSetting, *, year_first: bool = False
) -> tuple[str, ...]:
    """Write one or two sentences: the period's first; none about a mere level alone.

    A period in which nothing moved shares its sentence with what twelve months say.

    Parameters
    ----------
    year_first : bool
        Whether twelve months come first, as in a digest and in a trend.
    """
    move, year = findings.move, findings.year
    if setting.period.is_year:
        year = _beside(year, move)
    elif move and year and move.cause.account and move.cause.account == year.cause.account:
        year = replace(year, cause=Cause())  # the account that it was is told of the period
    of_year = year_sentence(year, setting) if year else None
    of_move = move_sentence(move, setting) if move else None
    of_rise = rise_elsewhere(findings.rise, setting) if findings.rise else None
    if year_first:
        return _sentences(_joined(of_year, of_rise), of_move)
    of_year = _joined(of_year, of_rise)
    if of_year and of_move and move is not None and move.kind is FindingKind.QUIET:
        return _sentences(f"{of_move}; {of_year}")
    return _sentences(of_move, of_year)


def first_of(findings: Findings) -> Finding | None:
    """Return the finding that an answer's first sentence is about."""
    move, year = findings.move, findings.year
    if year is not None and (move is None or move.kind is FindingKind.QUIET):
        return move if year.kind is FindingKind.LEVEL and move else year
    return move


def _joined(said: str | None, clause: str | None) -> str | None:
    return f"{said}; {clause}" if said and clause else said or clause


def _beside(year: Finding | None, move: Finding | None) -> Finding | None:
    """Leave out of twelve months what is told of the same ones as the period."""
    if year is None or move is None or year.segment != move.segment:
        return year
    if year.kind is FindingKind.MIX:
        return None if move.kind is FindingKind.MIX else year
    is_told = year.kind is FindingKind.LEAK and move.force is year.force
    return replace(year, cause=Cause()) if is_told else year


def _sentences(*said: str | None) -> tuple[str, ...]:
    return tuple(f"{capitalised(words)}." for words in said if words)

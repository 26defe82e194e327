"""The one or two sentences that a message begins with."""

from bot.findings.moves import move_sentence
from bot.findings.setting import FindingSetting
from bot.findings.years import year_sentence
from metrics.findings.finding import Finding, FindingKind, Findings


def lines_of(
    findings: Findings, setting: FindingSetting, *, year_first: bool = False
) -> tuple[str, ...]:
    """Write one or two sentences, the costliest finding first; none about a mere level alone.

    Parameters
    ----------
    year_first : bool
        Whether twelve months come first whatever they cost, as in a digest.
    """
    move, year = findings.move, findings.year
    is_told = _is_same_mix(move, year) and setting.period.is_year
    of_year = year_sentence(year, setting) if year and not is_told else None
    of_move = move_sentence(move, setting) if move else None
    if of_year is None or of_move is None:
        return tuple(_sentence(one) for one in (of_move, of_year) if one)
    if year_first or (findings.by_cost[0] is year and not _is_quiet(move)):
        return _sentence(of_year), _sentence(of_move)
    if _is_quiet(move):
        return (_sentence(f"{of_move}; {of_year}"),)
    return _sentence(of_move), _sentence(of_year)


def _is_same_mix(move: Finding | None, year: Finding | None) -> bool:
    return all(one is not None and one.kind is FindingKind.MIX for one in (move, year))


def _is_quiet(move: Finding | None) -> bool:
    return move is not None and move.kind is FindingKind.QUIET


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}".removesuffix(".") + "."

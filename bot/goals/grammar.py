"""Words after ``profile`` and ``goal``, read into the change that they ask for."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.errors import UsageError
from bot.questions.typed_figures import exact_percent, read_figure
from metrics.benchmarks.tables import CompanyProfile, CompanyStage, CustomerSegment

OFF, STAGE, SEGMENT, AUTO, NONE = "off", "stage", "segment", "auto", "none"
LIST, REMOVE = "list", "remove"
LOWEST, HIGHEST = Fraction(5, 100), Fraction(5)
"""A lower goal was meant as a ratio, as 1.15 for 115%; a higher one is a slip of the keyboard."""

_PROFILES = {
    "plg": CompanyProfile.PRODUCT_LED,
    "usage": CompanyProfile.USAGE_BASED,
    "midmarket": CompanyProfile.MID_MARKET,
    **{str(one): one for one in CompanyProfile},
}
_STAGES = {
    "early-series-a": CompanyStage.SERIES_A,
    "series-a-to-b": CompanyStage.SERIES_B,
    **{str(one): one for one in CompanyStage},
}
_PEERS = {"midmarket": CustomerSegment.MID_MARKET, **{str(one): one for one in CustomerSegment}}
_LEVEL = re.compile(r"([0-9.,]+) ?%?")


@dataclass(frozen=True, slots=True)
class DeclareProfile:
    """Declare a kind of company; None declares none any more."""

    company: CompanyProfile | None


@dataclass(frozen=True, slots=True)
class DeclareStage:
    """Set the stage of the company; None lets ARR decide."""

    stage: CompanyStage | None


@dataclass(frozen=True, slots=True)
class DeclarePeers:
    """Set the peers of the accounts that words name; None for no peers."""

    words: str
    peers: CustomerSegment | None


@dataclass(frozen=True, slots=True)
class SetGoal:
    """Aim at an NRR over twelve months for the accounts that words name."""

    words: str
    nrr: Fraction


@dataclass(frozen=True, slots=True)
class RemoveGoal:
    """Aim at nothing any more for the accounts that words name."""

    words: str


ProfileChange = DeclareProfile | DeclareStage | DeclarePeers
GoalChange = SetGoal | RemoveGoal


def read_profile(text: str) -> ProfileChange | None:
    """Read what follows ``profile``; None where nothing does, which shows it.

    Raises
    ------
    UsageError
        If it is no profile, no stage, or no peers.

    Examples
    --------
    >>> read_profile("stage series-a")
    DeclareStage(stage=<CompanyStage.SERIES_A: 'series-a'>)
    """
    first, *rest = text.split() or [""]
    word = first.casefold()
    if not word:
        return None
    if word == STAGE:
        return DeclareStage(_read_stage(rest))
    if word == SEGMENT:
        return _read_peers(rest)
    if word == OFF and not rest:
        return DeclareProfile(None)
    company = _PROFILES.get(_hyphened(text))
    if company is None:
        raise UsageError(
            f'"{text[:40]}" is no profile that the guides know: type {_either(CompanyProfile)}, or'
            " off"
        )
    return DeclareProfile(company)


def read_level(text: str) -> Fraction | None:
    """Read an NRR that follows ``profile`` and is held against peers; None of any other word.

    Raises
    ------
    UsageError
        If no NRR is as low or as high.

    Examples
    --------
    >>> read_level("92%"), read_level("stage seed")
    (Fraction(23, 25), None)
    """
    found = _LEVEL.fullmatch(text.strip())
    if found is None:
        return None
    level = read_figure(found[1])
    if not LOWEST <= level <= HIGHEST:
        raise UsageError("type an NRR in percent, as in `profile 92%`")
    return level


def read_goal(text: str) -> GoalChange | None:
    """Read what follows ``goal``; None where it asks for the list.

    Raises
    ------
    UsageError
        If it names no level, or one that no NRR has.

    Examples
    --------
    >>> read_goal("enterprise 115%"), read_goal("remove enterprise"), read_goal("")
    (SetGoal(words='enterprise', nrr=Fraction(23, 20)), RemoveGoal(words='enterprise'), None)
    """
    words = text.split()
    if not words or text.casefold().strip() == LIST:
        return None
    first, last = words[0].casefold(), words[-1].casefold()
    if first == REMOVE:
        return RemoveGoal(" ".join(words[1:]))
    if last in {OFF, NONE, REMOVE}:
        return RemoveGoal(" ".join(words[:-1]))
    if last == "%":  # typed apart from its figure
        words = [*words[:-2], "".join(words[-2:])]
    found = _LEVEL.fullmatch(words[-1])
    if found is None:
        raise UsageError(
            "end with the NRR over twelve months that is aimed at, as in `goal enterprise 115%`, or"
            " type `goal remove enterprise`"
        )
    return SetGoal(" ".join(words[:-1]), _checked(read_figure(found[1])))


def _read_stage(words: list[str]) -> CompanyStage | None:
    typed = _hyphened(" ".join(words))
    if typed == AUTO:
        return None
    if typed not in _STAGES:
        raise UsageError(
            f"say which stage: {_either(CompanyStage)}, or {AUTO} to go by ARR, as in"
            " `profile stage series-a`"
        )
    return _STAGES[typed]


def _read_peers(words: list[str]) -> DeclarePeers:
    typed = words[-1].casefold() if words else ""
    if len(words) > 1 and typed == NONE:
        return DeclarePeers(" ".join(words[:-1]), None)
    if len(words) < 2 or typed not in _PEERS:  # noqa: PLR2004 - a segment and its peers
        raise UsageError(
            f"say which segment, and its peers: {_either(CustomerSegment)}, or {NONE}, as in"
            " `profile segment agencies smb`"
        )
    return DeclarePeers(" ".join(words[:-1]), _PEERS[typed])


def _checked(nrr: Fraction) -> Fraction:
    if nrr < LOWEST:
        ratio = f": type {exact_percent(nrr * 100)}% if it was a ratio" * (nrr * 100 >= LOWEST)
        raise UsageError(f"a goal of {exact_percent(nrr)}% is too low to be meant{ratio}")
    if nrr > HIGHEST:
        raise UsageError(f"a goal is at most {exact_percent(HIGHEST)}%, as in `goal 115%`")
    return nrr


def _hyphened(text: str) -> str:
    return "-".join(text.casefold().replace("_", "-").split())


def _either(choices: type[CompanyProfile | CompanyStage | CustomerSegment]) -> str:
    return ", ".join(map(str, choices))

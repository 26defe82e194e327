"""The words of a digest about peers and goals, where they change how its figures read."""

from bot.answers.answer import Answer
from bot.answers.wording.findings import finding_lines
from bot.benchmarks.wording import goals_line, peers_line
from bot.digests.digest import Digest
from bot.style.grid import LabelledText
from bot.style.names import scope_name
from metrics.benchmarks.bands import BandPosition
from metrics.benchmarks.comparing import BenchmarkedYear


def found_lines(digest: Digest) -> tuple[str, ...]:
    """Write what a digest found, twelve months first, and how that stands to peers.

    Peers change how a leak reads: usual for its kind, or not. Where nothing leaks they are said of
    all accounts, if these are not where their peers usually are.
    """
    answer = digest.answer
    found = finding_lines(answer, year_first=True)
    peers = _of_leak(answer) if answer.findings.leak else _of_whole(answer)
    if peers is None:
        return found
    if answer.findings.leak and found:  # right behind the sentence that names it
        return f"{found[0]} {peers}", *found[1:]
    return *found, peers


def goals_of(digest: Digest) -> LabelledText | None:
    """Write the goals of a digest's accounts and of the values that it is split into."""
    answer = digest.answer
    parts = [(part.value, part.benchmarked) for part in answer.breakdown]
    whole = (scope_name(answer.question.scope), answer.benchmarked)
    return goals_line([whole, *parts], answer.unit)


def _of_leak(answer: Answer) -> str | None:
    leaking = next((one for one in answer.breakdown if one.value == answer.findings.leak), None)
    return peers_line(leaking.benchmarked) if leaking and leaking.benchmarked else None


def _of_whole(answer: Answer) -> str | None:
    whole = answer.benchmarked
    return peers_line(whole) if whole and not _is_as_usual(whole) else None


def _is_as_usual(beside: BenchmarkedYear) -> bool:
    places = {one.position_of(beside.year) for one in beside.usual}
    return places <= {BandPosition.WITHIN}

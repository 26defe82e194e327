"""What a digest says of peers and goals, where it changes how its figures read."""

from bot.answers.answer import Answer
from bot.benchmarks.wording import goal_line, peers_line
from bot.digests.digest import Digest
from metrics.benchmarks.bands import BandPosition
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.findings.finding import FindingKind


def beside_clause(digest: Digest) -> str | None:
    """Write the goal of the digest's accounts, and the peers of those that its finding is about.

    Peers change how a leak reads: usual for its kind, or not. Where nothing leaks they are said of
    all accounts, if these are not where their peers usually are.
    """
    answer = digest.answer
    goal = answer.benchmarked.goal if answer.benchmarked else None
    lines = (goal_line(goal, answer.unit), _peers_clause(answer))
    return " ".join(line for line in lines if line) or None


def _peers_clause(answer: Answer) -> str | None:
    year = answer.findings.year
    if year is not None and year.kind is FindingKind.LEAK:
        leaking = next((one for one in answer.breakdown if one.value == year.segment), None)
        return peers_line(leaking.benchmarked) if leaking and leaking.benchmarked else None
    whole = answer.benchmarked
    return peers_line(whole) if whole and not _is_as_usual(whole) else None


def _is_as_usual(beside: BenchmarkedYear) -> bool:
    places = {one.position_of(beside.year) for one in beside.usual}
    return places <= {BandPosition.WITHIN}

"""Findings as JSON, the same in the documents of answers, trends and digests."""

from bot.findings.lines import first_of, lines_of
from bot.findings.moves import move_sentence
from bot.findings.setting import FindingSetting
from bot.findings.years import year_sentence
from bot.style.document import Json, ratio_json
from metrics.findings.finding import Finding, Findings


def findings_json(findings: Findings, setting: FindingSetting) -> Json | None:
    """Give the finding that is said first, in its sentence, then the period's and the year's.

    Points are a ratio: -0.063 is 6.3 points of the whole's NRR. None where nothing is found.
    """
    first = first_of(findings)
    if first is None:
        return None
    move, year = findings.move, findings.year
    said = lines_of(findings, setting)
    return {
        **_finding_json(first, said[0] if said else None),
        "move": move and _finding_json(move, move_sentence(move, setting)),
        "year": year and _finding_json(year, year_sentence(year, setting)),
    }


def _finding_json(finding: Finding, sentence: str | None) -> Json:
    account = finding.cause.account
    return {
        "kind": finding.kind,
        "segment": finding.segment,
        "cause": finding.force,
        "reasons": list(finding.cause.drivers),
        "account": account and account.name,
        "points": ratio_json(finding.points),
        "sentence": sentence,
    }

"""The findings of an answer, in words."""

from bot.answers.answer import Answer
from bot.findings.lines import lines_of
from bot.findings.setting import FindingSetting
from bot.findings.years import twelve_months_line


def finding_lines(answer: Answer, *, year_first: bool = False) -> tuple[str, ...]:
    """Write what an answer has to say first, in one or two sentences.

    Parameters
    ----------
    year_first : bool
        Whether twelve months come first, as in a digest.
    """
    said = lines_of(answer.findings, setting_of(answer), year_first=year_first)
    if said or answer.comparisons.previous is not None:
        return said
    if answer.comparisons.no_rate:
        return ("No period before is converted, for want of an exchange rate.",)
    return ("There is no period before to compare with.",)


def year_line(answer: Answer) -> str:
    """Write the line of twelve months: level, and change in a year."""
    trailing, year_ago = answer.comparisons.trailing, answer.comparisons.year_ago
    if no_rate := answer.comparisons.no_rate:
        return f"12 months: {no_rate}."
    if answer.comparisons.unpaid:
        return "12 months: nobody paid twelve months earlier."
    return twelve_months_line(
        trailing.retention if trailing else None, year_ago.retention if year_ago else None
    )


def setting_of(answer: Answer) -> FindingSetting:
    """Gather what the sentences of an answer's findings need to know."""
    before = answer.comparisons.previous
    return FindingSetting(
        dimension=answer.parts[0].dimension if answer.parts else None,
        period=answer.period,
        before=before.period if before else None,
        whole=(answer.retention, before.retention if before else None),
        unit=answer.unit,
    )

"""The line of a digest on how sure it is, where that changes how its figures are read."""

from fractions import Fraction

from bot.answers.answer import Answer
from bot.confidence.wording import interval_words, short_line
from bot.digests.digest import Digest
from bot.style.names import plural, short_period
from metrics.confidence.confidence import ENOUGH_ACCOUNTS, FEWEST_ACCOUNTS
from metrics.findings.finding import MOVED


def may_be_chance(answer: Answer) -> bool:
    """Tell whether an answer has so few accounts, or tells of such a change, that it may be.

    Of fewer than ten accounts its finding says so.
    """
    is_few = FEWEST_ACCOUNTS <= answer.retention.accounts_opening < ENOUGH_ACCOUNTS
    return is_few or abs(answer.nrr_change or Fraction()) >= MOVED


def sureness_line(digest: Digest) -> str | None:
    """Caution about few accounts, or a change that may be chance; None where it is sure enough."""
    sureness, previous = digest.body.sureness, digest.answer.comparisons.previous
    if sureness is None or sureness.confidence.accounts < FEWEST_ACCOUNTS:
        return None
    found = sureness.confidence
    if found.is_too_few or found.is_flagged:
        return short_line(sureness)
    before = previous.retention.nrr if previous else None
    if found.nrr is None or previous is None or before is None or not found.nrr.holds(before):
        return None
    then = short_period(previous.period, beside=digest.answer.period)
    accounts = plural(found.accounts, "account")
    return (
        f"Interval {interval_words(found.nrr)} ({accounts}): {then} lies within, so that the change"
        " may be chance."
    )

"""Sentences of a digest: the finding, its meaning, and the notes below."""

from datetime import UTC, timedelta

from bot.answers.wording.diagnosis import finding_line
from bot.answers.wording.sentences import logo_line, partial_note, sentence, small_cohort_line
from bot.digests.digest import Digest
from bot.digests.wording.alerts import listed_lines
from bot.style.differences import change_on
from bot.style.figures import NO_BASE, SMALL_COHORT, percent
from bot.style.grid import LabelledText
from bot.style.names import WHOLE_COMPANY, dimension_name, period_name, safe_name, scope_name
from metrics.small_groups import FEWEST_TO_SHOW
from storage.digests.subscriptions import DigestSection

OLD_DATA_AFTER = timedelta(days=7)
"""Older data was known to the last digest, a week ago, already."""

MOST_WEEKS_NAMED = 2
ALL = "All"
FEW_ACCOUNTS = "few accounts"
FEW = f"Few accounts: under {SMALL_COHORT} when the period opened, too few to read a trend."
SMALL_COHORTS_HIDDEN = (
    f"Under {FEWEST_TO_SHOW} accounts when the period opened: none is told apart."
)


def headline(digest: Digest) -> str:
    """Return the finding in one sentence: the number, and its change in points."""
    answer = digest.answer
    about = f"NRR of {scope_name(answer.question.scope)}"
    period, nrr = period_name(answer.period), answer.retention.nrr
    if nrr is None:
        said = f"{about} in {period}: {NO_BASE}."
    elif digest.is_unchanged:
        said = f"{about} is still {percent(nrr)} in {period}."
    else:
        verb = "was" if answer.period.complete else "is"  # it may still move
        said = f"{about} {verb} {percent(nrr)} in {period}{_change(digest)}."
    return f"Nothing new since the last digest: {said}" if digest.is_unchanged else said


def what_happened(digest: Digest) -> str:
    """Return the movements of the opening base in money; empty if nothing is new."""
    return "" if digest.is_unchanged else sentence(digest.answer)


def freshness(digest: Digest) -> tuple[str, ...]:
    """Return notes on figures that may still move, or that are older than they seem."""
    lines = (
        digest.answer.question.note,
        partial_note(digest.answer),
        _unchanged_line(digest),
        _stale_line(digest),
        _missed_line(digest),
    )
    return tuple(line for line in lines if line)


def diagnosis_lines(digest: Digest) -> tuple[LabelledText, ...]:
    """Return a line for each finding of the diagnosis, with its months where they are others."""
    if (diagnosis := digest.body.diagnosis) is None:
        return ()
    lines = tuple(finding_line(diagnosis.answer, finding) for finding in diagnosis.findings)
    period = diagnosis.answer.period
    if period == digest.answer.period:
        return lines
    return tuple(
        LabelledText(f"{period.label}, {_lower(line.label)}", line.words) for line in lines
    )


def small_print(digest: Digest) -> tuple[str, ...]:
    """Return notes on small cohorts and on alerts that were no message."""
    answer, listed = digest.answer, listed_lines(digest.request.since.alerts_listed)
    if digest.is_unchanged:
        return listed
    small = small_cohort_line(answer)
    has_few = any(is_small(part.retention.accounts_opening) for part in answer.breakdown)
    lines = (
        small,
        FEW if has_few and small is None else None,  # one warning is enough
        SMALL_COHORTS_HIDDEN if _hides_small_cohorts(digest) else None,
        logo_line(answer),
    )
    return (*(line for line in lines if line), *listed)


def segment_name(digest: Digest, value: str | None) -> str:
    """Return the name at the head of a row: the segment's, or that of the whole scope."""
    if value is not None:
        return safe_name(value)
    return who(digest) if digest.dimension is None else ALL


def who(digest: Digest) -> str:
    """Return the name of the digest's scope, as at the head of a line."""
    name = scope_name(digest.answer.question.scope)
    return "The whole company" if name == WHOLE_COMPANY else name


def has_rows(digest: Digest) -> bool:
    """Tell whether the digest has a table: new figures of a base that paid."""
    return not digest.is_unchanged and digest.answer.retention.opening > 0


def split_name(digest: Digest) -> str:
    """Return the dimension's name as the head of a column."""
    name = dimension_name(digest.dimension or "accounts")
    return f"{name[:1].upper()}{name[1:]}"


def is_small(accounts: int) -> bool:
    """Tell whether a base has accounts, but too few to read a trend."""
    return 0 < accounts < SMALL_COHORT


def _hides_small_cohorts(digest: Digest) -> bool:
    is_wanted = DigestSection.DRIVERS in digest.request.content.sections
    has_base = digest.answer.retention.accounts_opening > 0
    return is_wanted and has_base and digest.body.changes is None


def _change(digest: Digest) -> str:
    before = digest.answer.comparisons.previous
    if before is None:
        return ""
    change = change_on(digest.answer.retention.nrr, before.retention.nrr, before.period.label)
    return f", {change}" if change else ""


def _unchanged_line(digest: Digest) -> str | None:
    if not digest.is_unchanged:
        return None
    split = f", by {dimension_name(digest.dimension)} too" if digest.dimension else ""
    return f"Every figure is as it was posted then{split}."


def _stale_line(digest: Digest) -> str | None:
    known_on = digest.answer.grounds.data_as_of.astimezone(UTC).date()
    age = digest.request.today - known_on
    if age <= OLD_DATA_AFTER:
        return None
    return f"Old data: nothing was imported since {known_on.isoformat()}, {age.days:,} days ago."


def _missed_line(digest: Digest) -> str | None:
    weeks = digest.request.since.weeks_missed
    if not weeks:
        return None
    if len(weeks) > MOST_WEEKS_NAMED:
        return f"No digest was sent for {len(weeks)} weeks, the last of them {weeks[-1]}."
    return f"No digest was sent for {' and '.join(weeks)}."


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"

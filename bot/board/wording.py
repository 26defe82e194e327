"""The words of a board pack: its title, what a board has to know, what the figures mean."""

from collections.abc import Iterator

from bot.answers.answer import Answer
from bot.answers.wording.findings import finding_lines, year_line
from bot.benchmarks.wording import (
    goal_line,
    goals_line,
    losses_line,
    peers_line,
    quadrant_line,
    tier_line,
)
from bot.board.document import fingerprint
from bot.board.pack import AsClosed, BoardPack
from bot.confidence.wording import short_line
from bot.questions.typed_figures import exact_percent
from bot.style.figures import percent, short_money
from bot.style.grounds import provenance, warnings
from bot.style.names import capitalised, period_name, short_period
from metrics.benchmarks.tables import PUBLIC_MULTIPLES, Guide
from metrics.retention import Retention

NO_COHORTS = "No sign-ups of a quarter that is over can be shown."
NO_PROFILE = "Nothing is compared before nrrbot profile says which kind of company this is."
NO_CLOSINGS = (
    "What was known when earlier periods were closed is not told here: it takes account detail, and"
    " earlier months that were closed."
)
NOT_SHOWN = "not shown"
RATE_TERMS = ("Exchange rates, to those of the close", "= Closing MRR at those rates")
"""Rows of a bridge between several currencies, behind the closing MRR of all accounts."""
Named = tuple[str, Retention]


def title(pack: BoardPack) -> str:
    """Name the pack: "Board pack, Q3 2026"."""
    return f"Board pack, {period_name(pack.period)}"


def levels_line(pack: BoardPack) -> str:
    """Write both levels: "Q3 2026: NRR 99.9%, GRR 96.2%; 12 months 110.6%, 92.2%"."""
    terms, year = pack.answer.retention, pack.year
    name = capitalised(period_name(pack.period))
    said = f"{name}: NRR {percent(terms.nrr)}, GRR {percent(terms.grr)}"
    if year is None or pack.period.is_year:
        return said
    return f"{said}; 12 months {percent(year.retention.nrr)}, {percent(year.retention.grr)}"


def board_lines(pack: BoardPack) -> Iterator[str]:
    """Write what a board has to know: both levels, then the period, then twelve months."""
    yield levels_line(pack)
    closed = pack.grounds.reach.closed_through
    if closed is None or closed < pack.period.end:
        yield "Not all months of it are closed: its figures may still change."
    yield from finding_lines(pack.answer)
    yield year_line(pack.answer)
    if (line := replacement_line(pack)) is not None:
        yield line
    if pack.answer.sureness is not None and (sure := short_line(pack.answer.sureness)):
        yield f"NRR of {short_period(pack.period)}: {sure[:1].lower()}{sure[1:]}"
    yield from warnings(pack.grounds)


def is_converted(pack: BoardPack) -> bool:
    """Tell whether a bridge says what exchange rates changed."""
    return any(one is not None and one.memo.fx is not None for one in (pack.answer, pack.year))


def closing_at_rates(answer: Answer) -> int | None:
    """Add up all MRR at the close, at the rates of that day; None where it is not shown."""
    fx, closing = answer.memo.fx, answer.closing_total
    if fx is None or closing is None or answer.memo.outside is None:
        return None
    return closing + fx


def replacement_line(pack: BoardPack) -> str | None:
    """Say that growth is replacement, where ARR grew over a base that shrank; None elsewhere."""
    year = pack.year
    if year is None or year.retention.nrr is None or year.closing_total is None:
        return None
    opening, closing = year.retention.opening, year.closing_total
    if year.retention.nrr >= 1 or closing <= opening:
        return None
    was, now = (short_money(12 * minor, year.unit.currency) for minor in (opening, closing))
    return (
        f"Growth is replacement: ARR went from {was} to {now} in twelve months, and the base it"
        f" began with kept {percent(year.retention.nrr)}. New accounts made up for what it lost."
    )


def benchmark_lines(pack: BoardPack) -> tuple[str, ...]:
    """Write where twelve months stand to peers, goals and tiers; one line where nothing is said."""
    year = pack.year
    said = () if year is None else tuple(str(line) for line in _beside(year) if line)
    return said or (NO_PROFILE,)


def _beside(year: Answer) -> Iterator[object]:
    if year.benchmarked is not None:  # apart: the first is the title of a page
        yield goal_line(year.benchmarked.goal, year.unit)
        yield peers_line(year.benchmarked)
    yield losses_line(year.benchmarked)
    yield quadrant_line(year.benchmarked)
    yield goals_line(((one.value, one.benchmarked) for one in year.breakdown), year.unit)
    yield tier_line(year.tier_review)


def footnote() -> str:
    """Quote what the guide says of public companies, which is no benchmark of anybody else."""
    level = exact_percent(PUBLIC_MULTIPLES.low)
    rated = f"Public companies with an NRR above {level}% trade at higher multiples"
    return f"{rated} ({Guide.GTM_ENGINEER})."


def sides_of(pack: BoardPack) -> tuple[tuple[Named, Named | None], ...]:
    """Pair the period with the one before, and twelve months with those a year ago."""
    year = None if pack.period.is_year else pack.year
    return tuple(_sides(one) for one in (pack.answer, year) if one is not None)


def _sides(answer: Answer) -> tuple[Named, Named | None]:
    before = answer.comparisons.previous
    return (
        (period_name(answer.period), answer.retention),
        None if before is None else (period_name(before.period), before.retention),
    )


def restated_words(one: AsClosed) -> str:
    """Say whether a period is what it was when it was closed.

    Half a point is what messages tell channels of, too.
    """
    if one.then is None:
        return "not known what it was then"
    if one.is_restated:
        return "restated"
    return "changed by less than half a point" if one.is_changed else "as it was closed"


def restated_line(pack: BoardPack) -> str:
    """Sum up what was restated, the newest first."""
    if not pack.closings:
        return NO_CLOSINGS
    known = [one for one in pack.closings if one.then is not None]
    found = [
        f"{period_name(one.period)} {percent(one.then.nrr)}, now {percent(one.now.nrr)}"
        for one in known
        if one.is_restated and one.then is not None
    ]
    if found:
        return f"Restated since they were closed: {'; '.join(found)}."
    if not known:
        return "It is not known what earlier periods were when they were closed."
    last, first = (short_period(known[at].period) for at in (0, -1))
    span = last if first == last else f"{first} to {last}"
    return f"Nothing is restated by half a point: {span}, as they were first closed."


def definition_lines() -> tuple[tuple[str, str], ...]:
    """Define the figures, a name and a sentence each."""
    return (
        ("NRR", "(opening + expansion − contraction − churn) ÷ opening MRR of the opening base."),
        ("GRR", "(opening − contraction − churn) ÷ opening MRR; expansion never counts."),
        ("Opening base", "The accounts with MRR when the period opened; nobody joins it later."),
        ("Contraction", "Less MRR at the close than at the opening, of accounts that still pay."),
        ("Churn", "Opening MRR of accounts that pay nothing at the close."),
        ("12 months", "One opening base over twelve months; not the product of shorter periods."),
        ("Levels", "Benchmarks, goals and the floor of 90% GRR are of twelve months alone."),
        ("Why", "Kitagawa's midpoint rule: effects of rates and of the mix add up exactly."),
        ("Restated", "Half a point or more off what was known when the period was first closed."),
        ("Footnote", footnote()),
    )


def provenance_lines(pack: BoardPack) -> tuple[str, ...]:
    """Say which data the figures rest on, with a hash that other figures would not have."""
    return (
        f"{capitalised(provenance(pack.grounds))}.",
        f"Figures of this pack: sha256 {fingerprint(pack)}",
    )

"""Sentences of an answer: the finding first, then the sums behind it."""

from fractions import Fraction

from bot.answers.answer import Answer
from bot.answers.wording.findings import setting_of, year_line
from bot.benchmarks.wording import beside_line
from bot.findings.setting import points_words, shown_rate
from bot.questions.kinds import Kind
from bot.style.differences import difference_of, moves_of
from bot.style.figures import MINUS, NO_BASE, percent
from bot.style.names import about_name, as_it_opened, capitalised, in_period, period_name, plural
from metrics.findings.finding import Force
from metrics.money import round_half_up
from metrics.pauses import LONGEST_DAYS
from metrics.period_grammar import ONE_DAY
from metrics.periods import day_words, period_words
from metrics.retention import quick_ratio

_LOSSES = (Force.CHURN, Force.CONTRACTION)
FEW_OUTSIDE = (
    "What new and returning accounts brought is not shown: they are fewer than five, and it takes"
    " account detail to see that."
)


def headline(answer: Answer) -> str:
    """Put the answer in one line: "NRR 93.1% · GRR 92.2% in Q3 2026 · smb"."""
    question, terms = answer.question, answer.retention
    when = in_period(answer.period)
    about = about_name(question.scope, question.dimension)
    if terms.nrr is None:
        return f"{question.nrr} {NO_BASE} {when} · {about}"
    return f"{question.nrr} {percent(terms.nrr)} · GRR {percent(terms.grr)} {when} · {about}"


def level_lines(answer: Answer) -> tuple[str, ...]:
    """Write the second level, and what stands beside twelve months: their goal and their peers."""
    beside = beside_line(answer.benchmarked, answer.unit)
    if beside is None:
        return (second_level(answer),)
    if answer.period.is_year:
        return beside, second_level(answer)
    return (f"{second_level(answer)} {beside}",)


def second_level(answer: Answer) -> str:
    """Tell twelve months beside a period, and beside twelve months the month they end with."""
    if not answer.period.is_year:
        return year_line(answer)
    month = answer.comparisons.latest_month
    if month is None:
        return f"Its last month: NRR {NO_BASE}."
    terms = month.retention
    name = period_name(month.period)
    return f"{name} alone: NRR {percent(terms.nrr)}, GRR {percent(terms.grr)}."


def cautions(answer: Answer) -> tuple[str, ...]:
    """List what a short answer must not leave out: what was switched, and pauses too long."""
    lines = (switched_line(answer), _cross_sold_line(answer), _lapsed_line(answer))
    return tuple(line for line in lines if line)


def identity(answer: Answer) -> tuple[str, str] | None:
    """Write the sum that closes the answer, and NRR as a division; None without a base."""
    terms = answer.retention
    if terms.nrr is None:
        return None
    amount = answer.unit.amount
    opening, closing = amount(terms.opening), amount(terms.closing)
    contraction, churn = amount(terms.contraction), amount(terms.churn)
    gained = f"{opening} + {amount(terms.expansion)}"
    return (
        f"Check: {gained} {MINUS} {contraction} {MINUS} {churn} = {closing}",
        f"NRR = {closing} ÷ {opening} = {percent(terms.nrr)}",
    )


def annualised_line(answer: Answer) -> str | None:
    """Extrapolate a whole month to a run rate; None for any other period."""
    if answer.annualised is None:
        return None
    rate = percent(answer.annualised)
    return f"Twelve months like this one would come to {rate}: annualised run rate, not NRR."


def topline(answer: Answer) -> str | None:
    """Tell how total MRR moved, which many take for NRR; None without a base."""
    opening, closing = answer.retention.opening, answer.closing_total
    if not opening:
        return None
    if closing is None:
        return FEW_OUTSIDE
    total = f"Total {answer.unit.name}"
    # Growth by new customers is what many call NRR: said apart, so that nobody mixes them up.
    with_new = "new and returning customers included"
    if closing == opening:
        return f"{total} did not change, {with_new}."
    verb = "grew" if closing > opening else "fell"
    change = percent(answer.retention.share_of_opening(abs(closing - opening)))
    to = answer.unit.amount(closing)
    return f"{total} {verb} {change} to {to}, {with_new}."


def partial_note(answer: Answer) -> str | None:
    """Warn that figures may still move; None for a period that is over and closed."""
    period = answer.period
    if period.through is not None:
        through = f"through {day_words(period.through - ONE_DAY, period)}"
        if period.through == answer.grounds.reach.data_through:
            through = f"{through}, the last day with data"
        before = answer.comparisons.previous
        against = f", compared with {period_name(before.period)}" if before else ""
        return f"To date: {through}{against}."
    closed_through = answer.grounds.reach.closed_through
    if closed_through is not None and closed_through < period.end:
        name = capitalised(period_words(period))
        return f"{name} is not closed yet: late movements may still change it."
    return None


def logo_line(answer: Answer) -> str | None:
    """Count the opening accounts that pay or have only paused; None without a base."""
    terms = answer.retention
    if terms.logo_retention is None:
        return None
    left, of = terms.accounts_lost, plural(terms.accounts_opening, "account")
    share = percent(terms.logo_retention)
    return f"{f'{left:,}' if left else 'None'} of {of} left: logo retention {share}."


def switched_line(answer: Answer) -> str | None:
    """Tell what products lost to others in the same accounts; None where it is nothing."""
    if not answer.switched:
        return None
    amount = answer.unit.amount(answer.switched)
    return f"{amount} switched between products: lost by one, gained by another in one account."


def asked_line(answer: Answer) -> str | None:
    """Write what the words of a question ask for, but NRR; None where they ask for nothing."""
    match answer.question.words.asked:
        case Kind.COUNT:
            return _kept_line(answer)
        case Kind.LEVEL:
            return topline(answer)
        case Kind.GRR:
            return _grr_line(answer)
        case Kind.PART:
            return _parts_line(answer)
        case _:
            return None


def _parts_line(answer: Answer) -> str | None:
    if (moves := moves_of(answer.retention)) is None:
        return None
    expansion, contraction, churn = (percent(abs(move)) for move in moves)
    base = f"opening {answer.unit.name}"
    return f"Churn was {churn} of {base}, contraction {contraction}, expansion {expansion}."


def _kept_line(answer: Answer) -> str | None:
    terms = answer.retention
    if terms.logo_retention is None:
        return None
    all_, kept = plural(terms.accounts_opening, "account"), f"{terms.accounts_retained:,} were kept"
    return (
        f"Of {all_} {as_it_opened(answer.period)}, {kept} and {terms.accounts_lost:,} left:"
        f" logo retention {percent(terms.logo_retention)}."
    )


def _grr_line(answer: Answer) -> str | None:
    now, before = answer.retention, answer.comparisons.previous
    if now.grr is None:
        return None
    was = None if before is None else before.retention
    against = setting_of(answer).against
    if was is None or was.grr is None:
        return f"GRR was {percent(now.grr)} {in_period(answer.period)}."
    change = difference_of(now.grr, was.grr)
    if not change:
        return f"GRR held {against}."
    verb, less = ("rose", "less") if change > 0 else ("fell", "more")
    moves = {force: shown_rate(now, force) - shown_rate(was, force) for force in _LOSSES}
    force = (max if change > 0 else min)(moves, key=lambda one: moves[one])
    return f"GRR {verb} {points_words(change)} {against} by {less} {force}."


def notes(answer: Answer) -> tuple[str, ...]:
    """List the small print that applies: run rate, accounts, churn, total MRR.

    What was asked for stands above.
    """
    asked = answer.question.words.asked
    lines = (
        switched_line(answer),
        annualised_line(answer),
        None if asked is Kind.COUNT else logo_line(answer),
        _churn_line(answer),
        _lapsed_line(answer),
        None if asked is Kind.LEVEL else topline(answer),
    )
    return tuple(line for line in lines if line)


def _churn_line(answer: Answer) -> str | None:
    terms = answer.retention
    if terms.nrr is None or terms.grr is None:
        return None
    gross, net = (difference_of(Fraction(1), kept) for kept in (terms.grr, terms.nrr))
    churn = f"Gross MRR churn {percent(gross)}, net {percent(net)}"
    if (outside := answer.memo.outside) is None:
        return f"{churn}."
    ratio = quick_ratio(terms, outside)
    quick = "no losses" if ratio is None else f"{round_half_up(ratio, 1)}"
    return f"{churn}; quick ratio {quick}."


def _cross_sold_line(answer: Answer) -> str | None:
    if answer.retention.opening or not answer.retention.cross_sold:
        return None
    sold = answer.unit.amount(answer.retention.cross_sold)
    return f"Accounts that had other products then pay {sold} now."


def _lapsed_line(answer: Answer) -> str | None:
    lapsed = answer.memo.lapsed
    if lapsed is None or not lapsed.accounts:
        return None
    accounts, mrr = plural(lapsed.accounts, "account"), answer.unit.amount(lapsed.mrr_minor)
    passed = f"{accounts} passed {LONGEST_DAYS} days of pause {in_period(answer.period)}"
    return f"{passed}: {mrr} of {answer.unit.name} that counts as churn from here on."

"""The words of how sure a figure is: its interval, and how few accounts decide it."""

from collections.abc import Iterator
from fractions import Fraction

from bot.confidence.sureness import Sureness
from bot.style.figures import Unit, percent
from bot.style.grid import Grid, LabelledText
from bot.style.names import plural, safe_name
from metrics.confidence.confidence import FEWEST_ACCOUNTS, LEVEL, Confidence, Interval, NoInterval

LABEL = "How sure?"
TOO_FEW = "too few to read a trend"


def interval_words(interval: Interval) -> str:
    """Write an interval to one decimal: "91.9–94.2%".

    Examples
    --------
    >>> interval_words(Interval(0.91849, 0.9421))
    '91.8–94.2%'
    """
    low, high = (percent(Fraction(end)) for end in (interval.low, interval.high))
    return f"{low.removesuffix('%')}–{high}"


def short_line(sureness: Sureness) -> str:
    """Write how sure NRR is in a few words: "Interval 91.9–94.2% (1,537 accounts)."."""
    found = sureness.confidence
    accounts = plural(found.accounts, "account")
    match found.doubt:
        case NoInterval.TOO_FEW:
            return f"{_few_words(found)}: {TOO_FEW}."
        case NoInterval.ALIKE:
            return f"Every account moved alike ({accounts}): no interval."
        case None if found.nrr is not None:
            care = ": read it with care" if found.is_flagged else ""
            return f"Interval {interval_words(found.nrr)} ({accounts}{care})."
    return ""


def sureness_lines(sureness: Sureness, nrr: str) -> tuple[LabelledText, ...]:
    """Write how sure NRR and GRR are, then what single accounts weigh, as far as it may be seen.

    Parameters
    ----------
    nrr : str
        The name of the first ratio, as a headline has it.
    """
    return tuple(_lines(sureness.confidence, nrr))


def account_grid(sureness: Sureness, unit: Unit) -> Grid | None:
    """List the accounts of a base that is too small for a trend; None where none may be named."""
    if not sureness.accounts:
        return None
    rows = tuple(
        (
            safe_name(one.name or one.account_id),
            unit.amount(one.opening),
            unit.amount(one.closing),
            percent(Fraction(one.closing, one.opening)),
        )
        for one in sureness.accounts
    )
    left = sureness.confidence.accounts - len(rows)
    title = f"The {len(rows)} largest of {plural(sureness.confidence.accounts, 'account')}"
    header = ("Account", f"Opening {unit.name}", f"Closing {unit.name}", "NRR")
    return Grid(title=title if left else "Its accounts", header=header, rows=rows, named=True)


def _lines(found: Confidence, nrr: str) -> Iterator[LabelledText]:
    if found.accounts >= FEWEST_ACCOUNTS:  # of fewer, the finding says that they are too few
        yield LabelledText(LABEL, _interval_sentence(found, nrr))
    single = found.single
    if single is None or found.accounts == 1:
        return
    top = f"the largest has {percent(single.top_1)} of opening MRR"
    five = f", the five largest {percent(single.top_5)}" if found.accounts > 5 else ""  # noqa: PLR2004
    without = f"; without the largest {nrr} is {percent(single.without_largest)}"
    middle = f". The account in the middle has {nrr} {percent(single.median)}."
    yield LabelledText("Single accounts:", f"{top}{five}{without}{middle}")


def _interval_sentence(found: Confidence, nrr: str) -> str:
    accounts = plural(found.accounts, "account")
    named = [(nrr, found.nrr), ("GRR", found.grr)]
    known = [f"{name} {interval_words(one)}" for name, one in named if one is not None]
    if found.is_too_few:
        return f"{_few_words(found)}: {TOO_FEW}."
    if not known:
        return f"Every account moved alike ({accounts}): no interval."
    care = f"; {found.accounts} are few, read it with care" if found.is_flagged else ""
    level = percent(LEVEL).replace(".0", "")
    return (
        f"Exact for these {accounts}, which weigh as much as {_equal_ones(found)} equal ones;"
        f" others like them would give {' and '.join(known)} ({level} interval{care})."
    )


def _few_words(found: Confidence) -> str:
    if found.accounts < FEWEST_ACCOUNTS:
        return f"Only {plural(found.accounts, 'account')}"
    ones = "few" if found.effective is None else f"{_equal_ones(found)} equal ones"
    return f"{plural(found.accounts, 'account')} that weigh as much as {ones}"


def _equal_ones(found: Confidence) -> str:
    return f"{int(found.effective or 0):,}"

"""Words about the quality of the data, the same in Slack, the terminal and the weekly word."""

from collections.abc import Sequence
from fractions import Fraction

from bot.style.figures import percent, short_money
from bot.style.names import plural, safe_name, short_month
from storage.quality.accounts import ReviewedAccount
from storage.quality.bridge import BridgeRow, months_of
from storage.quality.paying import PayingAccounts
from storage.quality.review import DataReview

LIST = "nrrbot import accounts FILE"
_MONTHS = 3
_TINY = Fraction(1, 2000)


def share_words(share: Fraction) -> str:
    """Write a share; one that would read 0.0% and is more as "under 0.1%"."""
    return "under 0.1%" if 0 < share < _TINY else percent(share)


def accounts_words(review: DataReview, group: PayingAccounts, *, names: bool) -> str:
    """Count accounts among those that pay, with their share of MRR: "12 accounts (4.2% of MRR)".

    Without ``names`` they are counted alone: a share of MRR beside an answer that holds most of the
    same accounts tells what the others pay.
    """
    if not group.count:
        return "none"
    words = plural(group.count, "account")
    if not names:
        return words
    return f"{words} ({share_words(Fraction(group.mrr, review.paying.mrr))} of MRR)"


def bridge_words(wrong: Sequence[BridgeRow], *, names: bool) -> str:
    """Say which months do not add up, and by how much the worst of them."""
    months = months_of(wrong)
    said = ", ".join(short_month(month) for month in months[:_MONTHS])
    more = f" and {plural(len(months) - _MONTHS, 'more month')}" if len(months) > _MONTHS else ""
    do = "does" if len(months) == 1 else "do"
    if not names:
        return f"{said}{more} {do} not add up"
    worst = wrong[0]
    by = short_money(abs(worst.difference), worst.currency)
    return (
        f"{said}{more} {do} not add up: {safe_name(worst.segment)} is off by {by} in"
        f" {short_month(worst.month)}"
    )


def alike_words(review: DataReview, *, names: bool) -> str:
    """Count the pairs that look alike, and name the largest."""
    look = "looks" if len(review.alike) == 1 else "look"
    pairs = f"{plural(len(review.alike), 'pair')} of accounts {look} alike"
    return f"{pairs}: {pair_words(review)}" if names else pairs


def pair_words(review: DataReview) -> str:
    """Name the largest pair of accounts that look alike."""
    pair = review.alike[0]
    return f'"{called(pair.one)}" and "{called(pair.other)}"'


def unmatched_words(review: DataReview, *, names: bool) -> str:
    """Count the accounts that no list has, and name the largest with its likely match."""
    found = review.unmatched or ()
    are = "is" if len(found) == 1 else "are"
    said = f"{plural(len(found), 'account')} {are} in no list of accounts"
    if not names:
        return said
    first = found[0]
    likely = f', likely "{called(first.likely)}"' if first.likely else ""
    return f'{said}: "{called(first.account)}"{likely} first'


def called(account: ReviewedAccount) -> str:
    """Name an account by its id, with what it is called where that is something else."""
    same = account.name is None or account.name == account.account_id
    return safe_name(account.account_id if same else f"{account.account_id}, {account.name}")

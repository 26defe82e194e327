"""A list of accounts as parts: what they come to, then each in a row."""

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.moves import PAGE, AccountMoves
from bot.accounts.wording import account_list, account_table, finding, headline, whole_list
from bot.questions.buttons import CSV_FILE, FollowUp, full_answer, list_of, why
from bot.questions.question import Listing, View, ViewOptions
from bot.style.parts import Bullets, Parts, Quiet, Said, Table
from metrics.moved import Moved
from storage.ledger.account_changes import AccountChange

LENGTHS = (PAGE, 7, 4, 1)
"""Accounts that are listed, the most first: the first message that Slack takes is sent."""
_OTHERS = (Moved.CHURNED, Moved.CONTRACTED, Moved.EXPANDED, Moved.NEW)


def follow_ups(moves: AccountMoves) -> list[FollowUp]:
    """List the questions to ask after a list of accounts, as buttons in this order."""
    question = moves.question
    answered = replace(question, view=View.ANSWER, options=ViewOptions())
    return [
        *moves.pages.buttons(),
        FollowUp(CSV_FILE, "CSV file", question.with_listing(question.options.listing.whole)),
        why(answered),
        *([] if moves.pages.first else [full_answer(answered)]),
    ]


def menu(moves: AccountMoves) -> list[FollowUp]:
    """List the other lists of the same accounts, behind the last button."""
    question = moves.question.with_listing(Listing())
    return [list_of(question, moved) for moved in _OTHERS if moved is not moves.moved]


def account_compositions(moves: AccountMoves) -> Iterator[Parts]:
    """Compose a list of accounts, shorter and shorter."""
    yield from (account_parts(moves, most=most) for most in LENGTHS)


def printed_accounts(moves: AccountMoves) -> Parts:
    """Compose a table of all accounts that were read, for a terminal, and how to get the others."""
    shown = moves.found.listed
    is_all = len(shown) == moves.found.count or moves.are_largest
    last = () if is_all else (whole_list(moves),)
    said = Quiet(moves.pages.said(len(shown)), *last)
    return moves.framed(headline(moves), Said(finding(moves)), _table(moves, shown), said)


def account_parts(moves: AccountMoves, *, most: int) -> Parts:
    """Compose a list of so many accounts."""
    shown = moves.listed[:most]
    listed = Bullets(account_list(moves, shown))
    said = Quiet(moves.pages.said(len(shown)))
    return moves.framed(headline(moves), Said(finding(moves)), listed, said)


def _table(moves: AccountMoves, shown: tuple[AccountChange, ...]) -> Table:
    grid = account_table(moves, shown)
    words = len({"Reason", "Owner"} & set(grid.header))
    return Table(grid, figures=len(grid.header) - 1 - words)

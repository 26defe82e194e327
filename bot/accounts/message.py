"""A list of accounts as parts: what they come to, then each in a row."""

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.measuring import MOST
from bot.accounts.moves import AccountMoves
from bot.accounts.wording import account_list, account_table, finding, headline, whole_list
from bot.questions.buttons import FollowUp, full_answer, why
from bot.questions.question import View
from bot.style.grounds import footer, warnings
from bot.style.parts import Bullets, Footer, Headline, Parts, Quiet, Said, Table

LENGTHS = ((7, 4), (4, 2), (2, 1))
"""Losses and gains that are listed, the most first: the first message that Slack takes is sent."""
FIGURES = 4


def follow_ups(moves: AccountMoves) -> list[FollowUp]:
    """List the questions to ask after a list of accounts, as buttons in this order."""
    answered = replace(moves.question, view=View.ANSWER)
    return [why(answered), full_answer(answered)]


def account_compositions(moves: AccountMoves) -> Iterator[Parts]:
    """Compose a list of accounts, shorter and shorter."""
    yield from (account_parts(moves, losses=losses, gains=gains) for losses, gains in LENGTHS)


def printed_accounts(moves: AccountMoves) -> Parts:
    """Compose a table of all accounts that were read, for a terminal, and how to get the others."""
    table = Table(account_table(moves), figures=FIGURES)
    return (*_opening(moves, listed=MOST), table, Quiet(whole_list(moves)), _closing(moves))


def account_parts(moves: AccountMoves, *, losses: int, gains: int) -> Parts:
    """Compose a list of so many accounts."""
    changes = moves.changes
    return (
        *_opening(moves, listed=losses),
        Bullets(account_list(moves, "Largest losses", changes.losses[:losses])),
        Bullets(account_list(moves, "Largest gains", changes.gains[:gains])),
        _closing(moves),
    )


def _opening(moves: AccountMoves, *, listed: int) -> Parts:
    return (
        Quiet(moves.question.note, *warnings(moves.grounds)),
        Headline(headline(moves)),
        Said(finding(moves, listed=listed)),
    )


def _closing(moves: AccountMoves) -> Footer:
    return Footer(footer(moves.grounds))

"""Replies about single accounts, each as every face shows it."""

from collections.abc import Iterable

from bot.accounts import message as list_message
from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.card.document import card_json, choice_json
from bot.accounts.card.message import card_compositions, card_follow_ups, choice_parts, printed_card
from bot.accounts.document import accounts_json
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking import message as ranking_message
from bot.accounts.ranking.document import ranking_json
from bot.accounts.ranking.ranking import AccountRanking
from bot.questions.buttons import FollowUp
from bot.style.document import Json
from bot.style.parts import Parts
from metrics.rollup import Scope

AccountReply = AccountMoves | AccountCard | AccountChoice | AccountRanking
"""A reply that names single accounts, where they may be seen."""


def account_follow_ups(reply: AccountReply, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after a reply, as buttons in this order."""
    match reply:
        case AccountMoves():
            return list_message.follow_ups(reply)
        case AccountCard():
            return card_follow_ups(reply, main_dimension)
        case AccountRanking():
            return ranking_message.follow_ups(reply)
        case AccountChoice():
            return []


def account_menu(reply: AccountReply) -> list[FollowUp]:
    """List the questions that are behind the last button."""
    return list_message.menu(reply) if isinstance(reply, AccountMoves) else []


def account_compositions(reply: AccountReply) -> Iterable[Parts]:
    """Compose a reply as a message, the longest first."""
    match reply:
        case AccountMoves():
            return list_message.account_compositions(reply)
        case AccountCard():
            return card_compositions(reply)
        case AccountRanking():
            return (ranking_message.ranking_parts(reply),)
        case AccountChoice():
            return (choice_parts(reply),)


def printed_account(reply: AccountReply) -> Parts:
    """Compose a reply for a terminal."""
    match reply:
        case AccountMoves():
            return list_message.printed_accounts(reply)
        case AccountCard():
            return printed_card(reply)
        case AccountRanking():
            return ranking_message.printed_ranking(reply)
        case AccountChoice():
            return choice_parts(reply)


def account_reply_json(reply: AccountReply) -> Json:
    """Convert a reply."""
    match reply:
        case AccountMoves():
            return accounts_json(reply)
        case AccountCard():
            return card_json(reply)
        case AccountRanking():
            return ranking_json(reply)
        case AccountChoice():
            return choice_json(reply)


def names_accounts(reply: AccountReply) -> bool:
    """Tell whether a reply names single accounts."""
    return not isinstance(reply, AccountRanking) or reply.listed is not None


def scopes_of(reply: AccountReply) -> tuple[Scope, ...]:
    """List the scopes in which its accounts may be seen."""
    if isinstance(reply, AccountCard):
        return (reply.seen_in,)
    return reply.seen_in if isinstance(reply, AccountChoice) else reply.question.scopes

"""A ranked list as parts: what it comes to, each account with its reasons, how right it was."""

from dataclasses import replace

from bot.accounts.ranking.ranking import PAGE, AccountRanking
from bot.accounts.ranking.wording import (
    account_list,
    account_table,
    headline,
    hindsight_line,
    play_line,
    rules_line,
    sums_line,
    without_names,
)
from bot.questions.buttons import CSV_FILE, RANKED, FollowUp, accounts_of
from bot.questions.question import Listing, View
from bot.style.parts import Bullets, Part, Parts, Quiet, Said, Table
from metrics.moved import Moved


def follow_ups(ranking: AccountRanking) -> list[FollowUp]:
    """List the questions to ask after a ranked list, as buttons in this order."""
    plain = ranking.question.with_listing(Listing())
    other = View.READY if ranking.is_risk else View.AT_RISK
    label = "Ready to expand" if ranking.is_risk else "At risk"
    moved = Moved.CHURNED if ranking.is_risk else Moved.EXPANDED
    named = [FollowUp(CSV_FILE, "CSV file", plain), accounts_of(plain, moved)]
    return [
        *ranking.pages.buttons(),
        *([] if ranking.listed is None or ranking.pages.first else named),
        FollowUp(RANKED, label, replace(plain, view=other)),
    ]


def ranking_parts(ranking: AccountRanking) -> Parts:
    """Compose a ranked list."""
    shown = ranking.listed
    if shown is None:
        return _framed(ranking, Quiet(without_names()))
    listed = Bullets(account_list(ranking, shown[:PAGE]))
    return _framed(ranking, listed, _pages(ranking, len(shown[:PAGE])))


def printed_ranking(ranking: AccountRanking) -> Parts:
    """Compose a ranked list for a terminal, with all accounts that were read."""
    shown = ranking.listed
    if shown is None:
        return ranking_parts(ranking)
    table = Table(account_table(ranking, shown), figures=2)
    return _framed(ranking, table, _pages(ranking, len(shown)))


def _framed(ranking: AccountRanking, *parts: Part) -> Parts:
    said = Said(sums_line(ranking), play_line(ranking), hindsight_line(ranking))
    return ranking.framed(headline(ranking), said, *parts)


def _pages(ranking: AccountRanking, shown: int) -> Quiet:
    rules = rules_line(ranking) if ranking.pages.length else None  # of nobody there is no score
    return Quiet(ranking.pages.said(shown), rules)

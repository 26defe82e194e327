"""The words of a ranked list: what it comes to, each account with its reasons, how right it was."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from bot.accounts.ranking.ranking import AccountRanking
from bot.style.figures import MINUS, percent
from bot.style.grid import Grid, LabelledText
from bot.style.names import day_words, plural, safe_name, scope_name
from metrics.listing import few_of
from metrics.period_grammar import shift_months
from metrics.score_rules import Sign
from storage.ledger.ranked_accounts import RankedAccount, SignShown

_WORDS = {
    Sign.LEAVING: "leaves",
    Sign.PAST_DUE: "past due since",
    Sign.SHRINKING: "shrank 2 months",
    Sign.CONTRACTED: "contracted",
    Sign.LOGINS_DOWN: "logins down",
    Sign.RENEWS_SOON: "renews",
    Sign.NEW_HERE: "new since",
    Sign.NO_OWNER: "no owner",
    Sign.SEATS_FULL: "seats in use",
    Sign.NEAR_CAPACITY: "capacity in use",
    Sign.GROWING: "grew 2 months",
}
_CHANGES = {Sign.SHRINKING: MINUS, Sign.CONTRACTED: MINUS, Sign.GROWING: "+"}
"""Signs that rest on a change, and which way it went."""
_MOST_SUMS = 4


def headline(ranking: AccountRanking) -> str:
    """Write how many accounts are ranked, of which scope, and what they pay."""
    scope = ranking.question.scope
    of = f" of {scope_name(scope)}" if scope else ""
    state = "at risk" if ranking.is_risk else "ready to expand"
    if not ranking.count:
        return f"No account{of} is {state}"
    count, pays = plural(ranking.count, "account"), ranking.unit.short(ranking.mrr)
    return (
        f"{count}{of} {'is' if ranking.count == 1 else 'are'} {state}: {pays} {ranking.unit.name}"
    )


def sums_line(ranking: AccountRanking) -> str | None:
    """Say where they are, the largest first; None where that says nothing."""
    if len(ranking.sums) < 2 or ranking.dimension in dict(ranking.question.scope):  # noqa: PLR2004
        return None
    said = [
        f"{safe_name(one.value)} {ranking.unit.short(one.mrr)} ({plural(one.accounts, 'account')})"
        for one in ranking.sums
    ]
    return f"{few_of(said, _MOST_SUMS)}."


def hindsight_line(ranking: AccountRanking) -> str | None:
    """Say how right the list of a month before was, beside all accounts."""
    past = ranking.hindsight
    if past is None or past.precision is None or past.base_rate is None:
        return None
    then = shift_months(ranking.day.replace(day=1), -1)
    did = "paid less or left" if ranking.is_risk else "paid more"
    return (
        f"How right it is: of {plural(past.listed, 'account')} on the list of"
        f" {day_words(then)}, {percent(past.precision)} {did} within a month; of all accounts"
        f" {percent(past.base_rate)}."
    )


def play_line(ranking: AccountRanking) -> LabelledText | None:
    """Give the playbook's text for the list; None where it has none."""
    return LabelledText("Play:", ranking.play) if ranking.play and ranking.count else None


def rules_line(ranking: AccountRanking) -> str:
    """Say what a score is."""
    rules = ranking.rules
    return (
        f"The score is the sum of the weights shown, listed from {rules.least} on; by score, then"
        f" {ranking.unit.name}."
    )


def account_list(ranking: AccountRanking, accounts: Iterable[RankedAccount]) -> Grid:
    """List accounts, a line each: score, MRR, and every reason with its weight."""
    rows = tuple(
        (
            safe_name(one.name or one.account_id),
            f"{one.score}, {ranking.unit.short(one.mrr)}",
            ", ".join((*_reasons(ranking, one), *_owner(one))),
        )
        for one in accounts
    )
    return Grid(title="", header=("Account", "Score", "Reasons"), rows=rows)


def account_table(ranking: AccountRanking, accounts: Iterable[RankedAccount]) -> Grid:
    """Lay accounts out in a table, its owner below each: reasons take the room of two lines."""
    rows = tuple(
        (
            "\n".join((safe_name(one.name or one.account_id), *_owner(one))),
            f"{one.score}",
            ranking.unit.short(one.mrr),
            ", ".join(_reasons(ranking, one)),
        )
        for one in accounts
    )
    header = ("Account, owner", "Score", ranking.unit.name, "Reasons")
    return Grid(title="", header=header, rows=rows, named=True)


def without_names() -> str:
    """Say why no account is named."""
    return "Which accounts takes account detail: ask for accounts to see how to get it."


def _reasons(ranking: AccountRanking, one: RankedAccount) -> Iterable[str]:
    yield from (f"{_reason(ranking, sign)} (+{sign.weight})" for sign in one.signs)


def _reason(ranking: AccountRanking, shown: SignShown) -> str:
    words, detail = f"{_WORDS[shown.sign]} {_CHANGES.get(shown.sign, '')}", shown.detail
    match detail:
        case None:
            return words.rstrip()
        case Fraction():
            return f"{words}{percent(detail)}"
        case date():
            return f"{words}{day_words(detail)}"
        case _:
            return f"{words}{ranking.unit.short(detail)}"


def _owner(one: RankedAccount) -> Iterable[str]:
    owner = one.attributes.get("owner")
    if owner:
        yield safe_name(owner)

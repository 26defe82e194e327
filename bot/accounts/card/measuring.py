"""Cards measured: a name becomes an account that may be seen, from the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from bot.accounts.card.card import MATCHES, AccountCard, AccountChoice
from bot.errors import UnknownWordsError
from bot.questions.echo import echoed
from bot.questions.hints import FALLBACK, either, shown, typed
from bot.questions.question import Question, ViewOptions
from bot.style.grounds import Grounds
from metrics.rollup import Attributes, Scope, matches
from storage.ledger.account_record import AccountFound
from storage.ledger.ledger import Ledger

_OFFERED = 3


def read_card(
    ledger: Ledger,
    question: Question,
    grounds: Grounds,
    *,
    today: date,
    scopes: Collection[Scope],
) -> AccountCard | AccountChoice:
    """Read the account that a question names, of those in some scopes as they are by now.

    Parameters
    ----------
    today : date
        The day at whose beginning accounts stand in their scopes; without a period in the question
        the card is of that day, too.

    Raises
    ------
    UnknownWordsError
        If there is none, or none in these scopes: the sentence is the same.
    StorageError
        If the ledger is in a warehouse.
    """
    asked = question.options.account or ""
    found = ledger.find_accounts(asked, day=today, scopes=scopes, most=MATCHES + 1)
    if not found:
        near = ledger.accounts_nearly(asked, day=today, scopes=scopes, most=_OFFERED)
        raise _unknown(question, near)
    seen = tuple(_seen_in(one.attributes, scopes) for one in found)
    if len(found) > 1:
        return AccountChoice(
            question=question,
            grounds=grounds,
            found=tuple(found[:MATCHES]),
            has_more=len(found) > MATCHES,
            seen_in=tuple(dict.fromkeys(seen[:MATCHES])),
        )
    day = question.period.measured_end if question.words.names_period else today
    return AccountCard(
        question=replace(question, options=ViewOptions(account=found[0].account_id)),
        grounds=grounds,
        record=ledger.account_record(found[0], day=day),
        seen_in=seen[0],
    )


def _unknown(question: Question, near: Sequence[AccountFound]) -> UnknownWordsError:
    asked = echoed(question.options.account or "")
    problem = f"I know no account {asked} among those that you may see"
    names = dict.fromkeys(one.name or one.account_id for one in near)
    tried = (typed(replace(question, options=ViewOptions(account=name))) for name in names)
    if (mended := next((text for text in tried if text != FALLBACK), None)) is None:
        return UnknownWordsError(
            f"{problem}: type a part of its name, or its id. accounts lists those that moved the"
            " most. Try: accounts last-quarter"
        )
    return UnknownWordsError(f"{problem}: did you mean {either(map(shown, names))}? Try: {mended}")


def _seen_in(attributes: Attributes, scopes: Collection[Scope]) -> Scope:
    return next(scope for scope in sorted(scopes) if matches(attributes, scope))

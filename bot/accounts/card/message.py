"""A card as parts: what the account pays, what it is, its course, and its last movements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.card.wording import (
    attribute_line,
    choice_headline,
    choice_words,
    contract_line,
    course_line,
    headline,
    import_line,
    month_words,
    more_line,
    movement_list,
    movement_table,
    signal_line,
    waiting_line,
)
from bot.message import Block
from bot.questions.buttons import CARDS, WHY, FollowUp, accounts_of
from bot.questions.question import View, ViewOptions, canonical_text
from bot.style.blocks import button
from bot.style.grounds import footer
from bot.style.names import safe_name
from bot.style.native_chart import native_chart
from bot.style.parts import Bullets, Chart, Footer, Headline, Item, Part, Parts, Quiet, Said, Table
from metrics.money import to_major

ROOM = 3  # lines for movements, less those of contract, rows ahead and signals: the chart is high
POINTS = 12  # of a native chart: the names of more months run into each other


def card_follow_ups(card: AccountCard, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after a card: of the accounts that it is one of."""
    value = card.record.account.attributes.get(main_dimension)
    if value is None:
        return []
    scope = ((main_dimension, value),)
    plain = replace(card.question, options=ViewOptions(), scope=scope, view=View.ANSWER)
    return [
        FollowUp(WHY, f"Why {safe_name(value)}", replace(plain, view=View.WHY)),
        accounts_of(plain),
    ]


def card_compositions(card: AccountCard) -> Iterator[Parts]:
    """Compose a card, shorter and shorter."""
    said = contract_line(card), waiting_line(card), signal_line(card)
    room = ROOM - sum(one is not None for one in said)
    for most in range(room, -1, -1):
        chart = Chart(course_chart(card), course_words(card))
        listed = Bullets(movement_list(card, most))
        yield _framed(card, chart, listed, Quiet(more_line(card, most)))


def printed_card(card: AccountCard) -> Parts:
    """Compose a card for a terminal, with every movement."""
    table = Table(movement_table(card), figures=1)
    return _framed(card, Quiet(course_words(card)), table, Quiet(import_line(card)))


def choice_parts(choice: AccountChoice) -> Parts:
    """Compose a choice of accounts, each with the button that opens its card."""
    return (
        Headline(choice_headline(choice)),
        *(
            Item(choice_words(choice, one), button_of(choice, at))
            for at, one in enumerate(choice.found)
        ),
        Quiet("Type more of the name, or the id." if choice.has_more else None),
        Footer(footer(choice.grounds)),
    )


def button_of(choice: AccountChoice, at: int) -> Block:
    """Make the button that opens the card of an account."""
    named = ViewOptions(account=choice.found[at].account_id)
    asked = canonical_text(replace(choice.question, options=named))
    return button(CARDS[at], "Open", asked) or {}


def course_chart(card: AccountCard) -> Block | None:
    """Chart the MRR of its months; None where there is nothing to draw."""
    course = _paying(card)
    step = -(-len(course) // POINTS)
    sampled = course[::-step][::-1] if step else ()
    if len(sampled) < 2:  # noqa: PLR2004 - one point is no line
        return None
    currency, unit = card.grounds.currency, card.unit
    months = [month_words(day, is_short=True) for day, _ in sampled]
    amounts = [float(to_major(unit.minor(minor), currency)) for _, minor in sampled]
    title, y_label = f"{unit.name} at the end of the month", f"{unit.name}, {currency}"
    return native_chart("line", title, months, [(unit.name, amounts)], y_label=y_label)


def course_words(card: AccountCard) -> str | None:
    """Write the course in words: the months in which it changed."""
    course, said, before = _paying(card), [], None
    for day, minor in course:
        if minor != before:
            amount = card.unit.short(minor)
            said.append(f"{month_words(day)} {amount}")
        before = minor
    return f"{card.unit.name}: {', '.join(said[-POINTS:])}." if said else None


def _paying(card: AccountCard) -> tuple[tuple[date, int], ...]:
    """Leave out the months before it first paid."""
    course = card.record.course
    first = next((at for at, (_, minor) in enumerate(course) if minor), len(course))
    return course[first:]


def _framed(card: AccountCard, *parts: Part) -> Parts:
    known = course_line(card), attribute_line(card), contract_line(card)
    return card.framed(headline(card), Said(*known, waiting_line(card), signal_line(card)), *parts)

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.contracts.schedule import schedule
from metrics.contracts.terms import Cadence, Position, Price, Term
from tests.metrics.contracts.terms import TODAY, Said, lines, term

FIRST = date(2026, 1, 1)
DAYS = 40
DAY = timedelta(1)
EXAMPLES = settings(max_examples=60, deadline=None)

PRICES = st.integers(0, 400)
PRODUCTS = st.sampled_from([None, "core", "extra"])


@st.composite
def plain_terms(draw: st.DrawFn) -> list[Term]:
    """Terms within forty days that may overlap, touch and leave gaps."""
    return [
        Term(
            start=FIRST + DAY * (begin := draw(st.integers(0, DAYS - 1))),
            last=FIRST + DAY * draw(st.integers(begin, DAYS - 1)),
            position=Position(draw(PRODUCTS), "USD"),
            price=Price(amount_minor=draw(PRICES), cadence=Cadence.QUARTER),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]


def closes(terms: Sequence[Term], position: Position) -> list[int]:
    """Add up the balance at the close of every day, by the changes of the schedule."""
    changes = [one for one in schedule(terms, today=TODAY).changes if one.position == position]
    return [
        sum(one.amount_minor for one in changes if one.day <= FIRST + DAY * number)
        for number in range(DAYS + 1)
    ]


def plain_closes(terms: Sequence[Term], position: Position) -> list[int]:
    """Go through every day, and every term on it."""
    begins = {one.start for one in terms}
    found = []
    for number in range(DAYS + 1):
        day, total = FIRST + DAY * number, Fraction(0)
        for one in terms:
            assert one.last is not None
            is_paid = one.start <= day <= one.last
            runs_out = day == one.last and one.last + DAY not in begins
            if one.position == position and is_paid and not runs_out:
                total += Fraction(one.price.amount_minor, 3)
        found.append(round(total))
    return found


@EXAMPLES
@given(plain_terms())
def test_every_close_is_what_the_terms_of_the_day_add_up_to(terms: list[Term]) -> None:
    for product in (None, "core", "extra"):
        position = Position(product, "USD")

        assert closes(terms, position) == plain_closes(terms, position)


@EXAMPLES
@given(plain_terms(), st.randoms(use_true_random=False))
def test_the_order_of_terms_does_not_matter(terms: list[Term], random: Random) -> None:
    shuffled = [*terms]
    random.shuffle(shuffled)

    assert lines(*shuffled) == lines(*terms)


@EXAMPLES
@given(plain_terms(), st.data())
def test_a_term_split_into_two_that_join_changes_nothing(
    terms: list[Term], data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from(terms))
    assert whole.last is not None
    length = (whole.last - whole.start).days
    if length == 0:
        return
    cut = whole.start + DAY * data.draw(st.integers(0, length - 1))
    rest = [one for one in terms if one is not whole]
    said: Said = {"per": Cadence.QUARTER}
    if whole.position.product:
        said["product"] = whole.position.product
    amount = whole.price.amount_minor
    first = term(f"{whole.start} {cut}", amount, **said)
    second = term(f"{cut + DAY} {whole.last}", amount, **said)
    position = whole.position
    others = {one.last for one in rest} & {cut}

    if not others:  # a term that ends where the second begins would be joined by it
        assert closes([*rest, first, second], position) == closes(terms, position)


@EXAMPLES
@given(plain_terms())
def test_nothing_is_left_once_all_terms_are_over(terms: list[Term]) -> None:
    for product in (None, "core", "extra"):
        assert closes(terms, Position(product, "USD"))[-1] == 0


@EXAMPLES
@given(plain_terms())
def test_no_change_is_of_nothing_and_no_balance_falls_below_zero(terms: list[Term]) -> None:
    for product in (None, "core", "extra"):
        assert min(closes(terms, Position(product, "USD"))) >= 0
    assert all(change.amount_minor for change in schedule(terms, today=TODAY).changes)

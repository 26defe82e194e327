"""Books that nobody wrote by hand, and the files in which a company hands them over."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from tests.held_out.ledgers import BEGIN, LAST, STAYS, _any_day
from tests.reference.oracle.books import (
    DIGITS,
    NO_PARENT,
    OF_NONE,
    PARENT,
    Books,
    Entry,
    Rate,
    Said,
)

ATTRIBUTES = {"segment": ["enterprise", "smb"], "plan": ["starter", "growth"]}
PRODUCTS = ("", "core", "core", "addon", "data")
LEVELS = (1, 2, 7, 100, 10_000, 10_000, 33_333, 33_334, 250_000, 1_000_001, 9_000_000)
KINDS = ("plain", "products", "currencies", "parents", "all")


@dataclass(frozen=True)
class File:
    """One file of an import."""

    kind: str
    text: str


def books_of(seed: int, kind: str = "all", *, late: bool = False) -> Books:
    """Make the books of a number, the same each time."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    names = [f"a{number}" for number in range(chance.randint(2, 8))]
    chance.shuffle(names)
    entries: list[Entry] = []
    for name in names:
        entries += _history(name, kind, chance)
    if late:
        entries = [replace(one, recorded=_later(one.day, chance)) for one in entries]
    chance.shuffle(entries)
    said = [one for name in names for one in _sayings(name, chance, late=late)]
    if kind in {"parents", "all"}:
        is_dated = chance.random() < 0.6
        said += [
            one if is_dated else replace(one, day=date.min)
            for one in _parents(names, chance, late=late)
        ]
    rates = tuple(_rates(chance)) if kind in {"currencies", "all"} else ()
    chance.shuffle(said)
    return Books(tuple(entries), _settled(said), rates)


def _settled(said: Sequence[Said]) -> tuple[Said, ...]:
    """Leave one saying of each account, dimension and day."""
    return tuple({(one.account, one.dimension, one.day): one for one in said}.values())


def _later(day: date, chance: random.Random) -> date:
    return max(day, BEGIN) + timedelta(chance.choice([0, 0, 0, 20, 40, 180]))


def _history(account: str, kind: str, chance: random.Random) -> Iterator[Entry]:
    held: dict[tuple[str, str], int] = {}
    currencies = ("USD", "USD", "EUR", "JPY", "KWD") if kind in {"currencies", "all"} else ("USD",)
    own = chance.choice(currencies)
    day = _any_day(chance)
    for _ in range(chance.randint(1, 12)):
        if day > LAST:
            return
        currency = own if chance.random() < 0.8 else chance.choice(currencies)
        product = chance.choice(PRODUCTS) if kind in {"products", "all"} else ""
        moves = _moves(account, day, held, (product, currency), chance)
        attributes = {
            name: chance.choice(values)
            for name, values in ATTRIBUTES.items()
            if chance.random() < 0.25
        }
        is_pause = any(one.driver == "pause" for one in moves)
        yield from (
            replace(one, attributes=attributes if not place else {})
            for place, one in enumerate(moves)
        )
        stay = chance.choice(STAYS) if is_pause else 0
        day = day + timedelta(stay) if stay else max(day + timedelta(1), _any_day(chance))


def _moves(
    account: str,
    day: date,
    held: dict[tuple[str, str], int],
    at: tuple[str, str],
    chance: random.Random,
) -> list[Entry]:
    """Return the rows of one day of one account."""
    total = sum(held.values())
    if total and chance.random() < 0.3:  # all of it goes
        driver = chance.choice(["pause", "", "price"])
        return _all_goes(account, day, held, driver, chance)
    product, currency = at
    in_currency = sum(amount for (_, code), amount in held.items() if code == currency)
    if in_currency and chance.random() < 0.35:  # a part of it goes
        if chance.random() < 0.5:
            return _spread(account, day, held, currency, chance)
        product, amount = chance.choice(
            [(name, amount) for (name, code), amount in held.items() if code == currency and amount]
        )
        if product:
            loss = chance.randint(1, amount)
            held[product, currency] -= loss
            return [Entry(account, day, -loss, currency, product, "seats")]
        if chance.random() < 0.5:
            return _spread(account, day, held, currency, chance)
        loss = chance.randint(1, amount)
        held[product, currency] -= loss
        return [Entry(account, day, -loss, currency, OF_NONE, "seats")]
    gain = chance.choice(LEVELS)
    held[at] = held.get(at, 0) + gain
    rows = [Entry(account, day, gain, currency, product, chance.choice(["", "seats"]))]
    if chance.random() < 0.15:
        rows += [Entry(account, day, each, currency, product) for each in (700, -700)]
    return rows


def _all_goes(
    account: str,
    day: date,
    held: dict[tuple[str, str], int],
    driver: str,
    chance: random.Random,
) -> list[Entry]:
    if chance.random() < 0.5:
        rows = [
            Entry(account, day, -amount, currency, product, driver)
            for (product, currency), amount in held.items()
            if amount
        ]
    else:
        codes = {currency for _, currency in held}
        sums = {code: sum(held[at] for at in held if at[1] == code) for code in codes}
        rows = [
            Entry(account, day, -sums[code], code, "", driver)
            for code in sorted(sums)
            if sums[code]
        ]
    held.clear()
    return rows


def _spread(
    account: str,
    day: date,
    held: dict[tuple[str, str], int],
    currency: str,
    chance: random.Random,
) -> list[Entry]:
    own = {product: held[product, code] for product, code in held if code == currency}
    loss = chance.randint(1, sum(own.values()))
    # Where each product stands after it is the oracle's to say: it is asked with what there was.
    before = tuple(
        Entry(account, day - timedelta(1), amount, currency, product)
        for product, amount in own.items()
        if amount
    )
    after = Books((*before, Entry(account, day, -loss, currency, "", "usage")))
    if after.is_tied:  # which product loses the odd unit is not for the law to say
        loss = sum(own.values())
        after = Books((*before, Entry(account, day, -loss, currency, "", "usage")))
    for product in own:
        held[product, currency] = after.balance((account, product, currency), LAST + timedelta(99))
    return [Entry(account, day, -loss, currency, "", "usage")]


def _sayings(account: str, chance: random.Random, *, late: bool) -> Iterator[Said]:
    for _ in range(chance.choice([0, 1, 2])):
        name = chance.choice(list(ATTRIBUTES))
        day = chance.choice([date.min, _any_day(chance) - timedelta(chance.choice([0, 3]))])
        recorded = _later(day, chance) if late else date.min
        # Never on a day of a movement: the law does not say which of the two would count.
        day = day if day == date.min else day.replace(day=17)
        yield Said(account, name, chance.choice(ATTRIBUTES[name]), day, recorded)


def _parents(names: list[str], chance: random.Random, *, late: bool) -> Iterator[Said]:
    """Put accounts under those before them in a list, so that no day has a circle."""
    ordered = ["top", *names]
    for place, name in enumerate(ordered[1:], 1):
        for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
            parent = chance.choice([*ordered[:place], NO_PARENT])
            day = chance.choice([date.min, _any_day(chance)])
            yield Said(name, PARENT, parent, day, _later(day, chance) if late else date.min)


def _rates(chance: random.Random) -> Iterator[Rate]:
    """Quote each currency before everything, and then now and again."""
    for currency, about in {"USD": 11000, "JPY": 1600000, "KWD": 3300}.items():
        days = {BEGIN - timedelta(40), *(_any_day(chance) for _ in range(6))}
        for day in sorted(days):
            rate = Fraction(about + chance.randint(-about // 9, about // 9), 10_000)
            yield Rate(day, currency, rate)


def files_of(books: Books, seed: int) -> list[File]:
    """Hand books over in several files, none of which takes a balance below zero."""
    chance = random.Random(seed)  # noqa: S311
    files = [File("rates", rates_csv(books.rates))] if books.rates else []
    parcels = _parcels(list(books.entries), chance)
    ids = {id(one): f"m{place}" for place, one in enumerate(books.entries)}
    moves = [File("movements", movements_csv(each, ids)) for each in parcels]
    if books.said:
        # They name accounts, which the file brings itself; parents must be there together.
        place = chance.randint(0, len(moves))
        moves.insert(place, File("accounts", accounts_csv(books)))
    return [*files, *moves]


def _parcels(entries: list[Entry], chance: random.Random) -> list[list[Entry]]:
    wanted = chance.choice([1, 2, 3, 5])
    for _ in range(20):
        if chance.random() < 0.5:
            parts = {one: chance.randrange(wanted) for one in range(len(entries))}
        else:
            days = sorted(one.day for one in entries)
            cuts = sorted(chance.choices(days, k=wanted - 1))
            parts = {
                place: sum(one.day >= cut for cut in cuts) for place, one in enumerate(entries)
            }
        parcels = [
            [one for place, one in enumerate(entries) if parts[place] == part]
            for part in range(wanted)
        ]
        parcels = [parcel for parcel in parcels if parcel]
        if all(
            Books(tuple(one for parcel in parcels[: end + 1] for one in parcel)).lowest >= 0
            for end in range(len(parcels))
        ):
            return parcels
    return [entries]


def movements_csv(entries: Sequence[Entry], ids: dict[int, str]) -> str:
    names = [name for name in ATTRIBUTES if any(name in one.attributes for one in entries)]
    header = ["movement_id", "account_id", "date", "amount", "currency", "driver"]
    has_products = any(one.product for one in entries)
    if has_products:
        header.append("product")
    has_moments = any(one.recorded != date.min for one in entries)
    if has_moments:
        header.append("recorded_at")
    lines = [",".join([*header, *names])]
    for one in entries:
        cells = [ids[id(one)], one.account, one.day.isoformat(), amount_text(one), one.currency]
        cells.append(one.driver)
        if has_products:
            cells.append(one.product)
        if has_moments:
            cells.append(f"{one.recorded}T12:00:00Z")
        lines.append(",".join([*cells, *(one.attributes.get(name, "") for name in names)]))
    return "\n".join([*lines, ""])


def amount_text(one: Entry) -> str:
    digits = DIGITS[one.currency]
    sign, whole = "-" * (one.amount < 0), abs(one.amount)
    major, minor = divmod(whole, 10**digits)
    return f"{sign}{major}.{minor:0{digits}}" if digits else f"{sign}{major}"


def accounts_csv(books: Books) -> str:
    names = sorted({one.dimension for one in books.said})
    has_moments = any(one.recorded != date.min for one in books.said)
    header = ["account_id", "valid_from", *(["recorded_at"] if has_moments else []), *names]
    lines = [",".join(header)]
    lines += [
        ",".join([one, "", *([""] if has_moments else []), *("" for _ in names)])
        for one in books.accounts
    ]
    for said in books.said:
        cells = [said.account, "" if said.day == date.min else said.day.isoformat()]
        if has_moments:
            cells.append(f"{said.recorded}T12:00:00Z")
        cells += [said.value if name == said.dimension else "" for name in names]
        lines.append(",".join(cells))
    return "\n".join([*lines, ""])


def rates_csv(rates: Sequence[Rate]) -> str:
    known = "2020-01-01T00:00:00Z"  # before everything that is asked of a past moment
    lines = [f"{one.day},{one.currency},{_decimal(one.rate)},{known}" for one in rates]
    return "\n".join(["date,currency,rate,recorded_at", *lines, ""])


def _decimal(rate: Fraction) -> str:
    whole, rest = divmod(int(rate * 10**8), 10**8)
    return f"{whole}.{rest:08}"

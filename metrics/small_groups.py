"""Groups of accounts that may be shown apart: none of one to four, nor two that differ so."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain, combinations, permutations, product
from typing import TypeVar

from metrics.rollup import Scope
from metrics.segments import NO_VALUE, PRODUCT

FEWEST_TO_SHOW = 5  # in a smaller group a change is as good as a name
USES = (("(usage)", "opening"), ("(usage)", "closing"))
"""Pairs of accounts that have usage at either end, beside which committed MRR is shown, too."""
OPENS_WITH = "(opens with)"
"""Pairs it with each product that an account pays for when the period opens."""

K = TypeVar("K", bound=Hashable)
_OF_A_BYTE = 256
_HAS_DIGIT = [bytes(48 + (cell >> digit & 1) for cell in range(_OF_A_BYTE)) for digit in range(8)]
_Context = tuple[Scope, str]
"""A granted scope, and the dimension that it is split by."""


def is_few(accounts: int) -> bool:
    """Tell whether there are accounts, and too few to be shown."""
    return 0 < accounts < FEWEST_TO_SHOW


class SmallGroups:
    """The groups of one period that whoever was granted some scopes may see.

    There are the granted scopes, those with one filter more and what they leave of the granted
    one, and the parts of both by a dimension. A part by product has the MRR of one product: its
    accounts can be in other parts, too, and neither few open with it nor have few bought it by the
    close.

    Parameters
    ----------
    accounts : mapping of frozenset to int
        Accounts by their pairs of dimension and value, of products as many as each account has:
        each is in one combination. Of those with a pair of `USES` no group has few, either.
    granted : collection of Scope
        Scopes that may be seen whole.
    """

    def __init__(
        self, accounts: Mapping[frozenset[tuple[str, str]], int], granted: Collection[Scope]
    ) -> None:
        kinds = [pairs for pairs, count in accounts.items() if count]
        counts = [accounts[pairs] for pairs in kinds]
        held = [
            (attributes, holders)
            for holders, pairs in enumerate(kinds)
            for attributes in _one_of_each(_attributes_among(pairs))
        ]
        self._attributes = [attributes for attributes, _ in held]
        self._granted = tuple(granted)
        # A group is a number with a bit for each combination: to intersect is one operation.
        self._all = (1 << len(held)) - 1
        self._sizes = _GroupSizes.of([holders for _, holders in held], counts)
        marks = [[use in kinds[holders] for _, holders in held] for use in USES]
        marks += [[(OPENS_WITH, one.get(PRODUCT)) in kinds[holders] for one, holders in held]]
        self._marked = [_groups_of(each)[True] for each in marks if any(each)]
        self._count = cache(self._counted)
        self._is_apart = cache(self._stands_apart)
        self._is_safe = cache(self._judged)
        self._folded: dict[_Context, set[str]] | None = None

    @cached_property
    def _values(self) -> dict[str, dict[str, int]]:
        """The group of each value of each dimension: whoever asks of all needs none."""
        return _groups_by_value(self._attributes)

    def may_ask(self, scope: Scope) -> bool:
        """Tell whether a scope may be shown as a whole: it has at most one filter of its own."""
        bases = [granted for granted in self._granted if set(granted) <= set(scope)]
        if any(len(granted) == len(set(scope)) for granted in bases):
            return not self._is_few(self._group(scope))
        return any(self._may_filter(granted, scope) for granted in bases)

    def may_show(self, scope: Scope) -> bool:
        """Tell whether a scope may be shown, as a whole or as one value of a split."""
        if self.may_ask(scope):
            return True
        rest = [(tuple(pair for pair in scope if pair != one), one) for one in scope]
        return any(
            self.may_ask(wider) and value not in self.folded(wider, dimension)
            for wider, (dimension, value) in rest
        )

    def folded(self, scope: Scope, dimension: str) -> frozenset[str]:
        """List the values that are shown together, or left out, where a scope is split."""
        group = self._group(scope)
        # A filter that everybody passes leaves the granted scope as it is.
        same = (one for one in self._granted if group and self._group(one) == group)
        granted = next(same, None)
        if granted is not None and dimension in self._values:
            return frozenset(self._folds()[granted, dimension])
        return frozenset(self._hidden(group, dimension))

    def accounts_of(self, scope: Scope) -> int:
        """Count the accounts of a scope."""
        return self._count(self._group(scope))

    def is_granted(self, scope: Scope) -> bool:
        """Tell whether a scope was granted as it is, without a filter."""
        return any(set(one) == set(scope) for one in self._granted)

    def _may_filter(self, granted: Scope, scope: Scope) -> bool:
        filters = set(scope) - set(granted)
        if len(filters) != 1:
            return False
        [(dimension, value)] = filters
        is_folded = dimension in self._values and value in self._folds()[granted, dimension]
        return self._is_safe(self._group(scope)) and not is_folded

    def _group(self, scope: Scope) -> int:
        group = self._all
        for dimension, value in scope:
            known = self._values.get(dimension)
            group &= known.get(value, 0) if known else self._all * (value == NO_VALUE)
        return group

    def _is_few(self, group: int) -> bool:
        """Tell whether a group has few accounts, few with usage, or few that open with it."""
        return is_few(self._count(group)) or any(
            is_few(self._count(group & marked)) for marked in self._marked
        )

    def _counted(self, group: int) -> int:
        return self._sizes.of_group(group)

    @cached_property
    def _rests(self) -> "dict[int, list[_Rest]]":
        """What each filter leaves of a granted scope, by the number of accounts."""
        rests: defaultdict[int, list[_Rest]] = defaultdict(list)
        for base in dict.fromkeys(map(self._group, self._granted)):
            parts = [frozenset(base & one for one in of.values()) for of in self._values.values()]
            filters = frozenset(chain.from_iterable(parts))
            for siblings in parts:
                for group in siblings - {0, base}:
                    rest = _Rest(base & ~group, of=group, siblings=siblings, filters=filters)
                    rests[self._count(rest.group)].append(rest)
        return rests

    def _judged(self, group: int) -> bool:
        """Tell whether a group may be shown beside all that is, what filters leave included."""
        return self._is_apart(group) and not self._is_few_beside_rest(group)

    def _is_few_beside_rest(self, group: int) -> bool:
        """Tell whether a group must not be shown beside what some filter leaves."""
        count = self._count(group)
        near = range(count + 1 - FEWEST_TO_SHOW, count + FEWEST_TO_SHOW)
        return any(
            self._differ_by_few(group, rest.group)
            and self._gives_way(group, rest)
            and self._is_apart(rest.of)
            for size in near
            for rest in self._rests.get(size, ())
        )

    def _gives_way(self, group: int, rest: "_Rest") -> bool:
        """Tell which of two must not be shown that differ by few: of two filters the smaller.

        Of equal ones of one dimension it is the one that is folded.
        """
        if group not in rest.filters:
            return True
        more = self._count(rest.of) - self._count(group)
        return more > 0 or (more == 0 and group not in rest.siblings)

    def _differ_by_few(self, one: int, other: int) -> bool:
        narrower = one & other
        return narrower in {one, other} and self._is_few(one ^ other)

    def _stands_apart(self, group: int) -> bool:
        """Tell whether neither a group nor what it leaves of another is few.

        Nor is what a granted scope inside leaves of either: that is shown, whatever is around.
        """
        if self._is_few(group) or self._tells_few_beside_granted(group):
            return False
        around = self._around(group) if group else map(self._group, self._granted)
        return not self._leaves_few(group, around)

    def _tells_few_beside_granted(self, group: int) -> bool:
        """Tell whether a group, or what it leaves of a granted scope, is few beside another."""
        around = (base for base in map(self._group, self._granted) if group & base == group)
        rests = (base & ~group for base in around)
        return any(map(self._is_few_beside_granted, (group, *rests)))

    def _is_few_beside_granted(self, group: int) -> bool:
        """Tell whether a granted scope inside a group leaves few of it."""
        inside = (one for one in map(self._group, self._granted) if one and one & group == one)
        return any(self._leaves_few(one, (group,)) for one in inside)

    def _leaves_few(self, group: int, wider: Iterable[int]) -> bool:
        return any(self._is_few(one & ~group) for one in wider)

    def _around(self, group: int) -> Iterator[int]:
        """Yield every other group that can be shown and contains this one."""
        first = self._attributes[next(_places(group))]
        every = (of[first.get(name, NO_VALUE)] for name, of in self._values.items())
        filters = [one for one in every if group & one == group]
        for base in map(self._group, self._granted):
            if group & base == group:
                yield base
                yield from (base & one for one in filters)
                yield from (base & one & other for one, other in combinations(filters, 2))

    def _inside(self, group: int, folded: Mapping[_Context, Collection[str]]) -> Iterator[int]:
        """Yield every other group that is shown and is a part of this one."""
        for scope in self._granted:
            base = self._group(scope)
            near = base & group
            every = {
                name: {value: one & base for value, one in of.items() if one & near}
                for name, of in self._values.items()
            }
            asked = {
                name: [
                    one
                    for value, one in of.items()
                    if value not in folded[scope, name] and one != base
                ]
                for name, of in every.items()
            }
            crossed = (
                one & other
                for name, by in permutations(every, 2)
                for one, other in product(asked[name], every[by].values())
            )
            parts = chain([base], chain.from_iterable(asked.values()), crossed)
            yield from (part for part in parts if part and part & group == part)

    def _hidden(self, group: int, dimension: str) -> set[str]:
        """Find the values of which a part of a group consists that must not be shown apart."""
        parts = self._parts(group, dimension)
        hidden = {value for value, part in parts.items() if not self._is_safe(part)}
        while len(hidden) < len(parts) and self._is_few(_joined(parts, hidden)):
            self._hide_next(parts, hidden)
        return hidden

    def _folds(self) -> dict[_Context, set[str]]:
        """Find what each granted scope folds together by each dimension, so that all may be shown.

        What is folded is shown, too: it must not differ by few from anything else that is.
        """
        if self._folded is None:
            contexts = [(scope, name) for scope in self._granted for name in self._values]
            parts = {one: self._parts(self._group(one[0]), one[1]) for one in contexts}
            folded = {one: self._hidden(self._group(one[0]), one[1]) for one in contexts}
            while (telling := self._telling(parts, folded)) is not None:
                self._hide_next(parts[telling], folded[telling])
            self._folded = folded
        return self._folded

    def _telling(
        self, parts: Mapping[_Context, Mapping[str, int]], folded: Mapping[_Context, set[str]]
    ) -> _Context | None:
        together = {
            one: _joined(parts[one], hidden)
            for one, hidden in folded.items()
            if hidden and len(hidden) < len(parts[one])
        }
        for one, group in together.items():
            others = (other for other in together.values() if group & other == group != other)
            wider = (*self._around(group), *others)
            if self._leaves_few(group, wider) or self._tells_few_beside_granted(group):
                return one
            if self._is_few_beside_rest(group):
                return one
            narrower = filter(self._is_safe, self._inside(group, folded))
            if any(self._leaves_few(part, (group,)) for part in narrower):
                return one
        return None

    def _parts(self, group: int, dimension: str) -> dict[str, int]:
        of = self._values.get(dimension, {NO_VALUE: self._all})
        return {value: part for value, one in of.items() if (part := group & one)}

    def _hide_next(self, parts: Mapping[str, int], hidden: set[str]) -> None:
        left = (value for value in parts if value not in hidden)
        hidden.add(min(left, key=lambda value: (self._count(parts[value]), value)))


@dataclass(frozen=True, slots=True)
class _Rest:
    """What the group ``of`` a filter leaves of a granted scope, the other side of a comparison.

    ``siblings`` are the groups of all values of the same dimension, ``filters`` of all dimensions.
    """

    group: int
    of: int
    siblings: frozenset[int]
    filters: frozenset[int]


@dataclass(frozen=True, slots=True)
class _GroupSizes:
    """Counts the accounts of groups.

    ``digits`` are groups, too: of the combinations whose number of accounts has a binary digit, so
    that a group is counted in as many steps as a number has digits. Accounts that are in several
    combinations, ``shared``, are looked at one by one: ``holders`` has theirs.
    """

    digits: Sequence[int]
    shared: int
    holders: Sequence[int]
    counts: Sequence[int]

    @classmethod
    def of(cls, holders: Sequence[int], counts: Sequence[int]) -> "_GroupSizes":
        times = Counter(holders)
        alone = [counts[one] if times[one] == 1 else 0 for one in holders]
        return cls(
            digits=[*_digits_of(alone)],
            shared=_groups_of([times[one] > 1 for one in holders]).get(True, 0),
            holders=holders,
            counts=counts,
        )

    def of_group(self, group: int) -> int:
        alone = sum((group & digit).bit_count() << n for n, digit in enumerate(self.digits))
        several = {self.holders[at] for at in _places(group & self.shared)}
        return alone + sum(self.counts[one] for one in several)


def _digits_of(counts: Sequence[int]) -> Iterator[int]:
    """Yield the group of each binary digit, the lowest first."""
    for shift in range(0, max(counts, default=0).bit_length(), 8):
        cells = bytes(count >> shift & 255 for count in counts)
        yield from (_group_where(cells, table) for table in _HAS_DIGIT)


def _groups_by_value(held: Sequence[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """Find the group of each value of each dimension."""
    names = {name for attributes in held for name in attributes}
    return {name: _groups_of([one.get(name, NO_VALUE) for one in held]) for name in names}


def _groups_of(values: Sequence[K]) -> dict[K, int]:
    """Find the group of each value, a byte of its number at a time."""
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    codes = [numbers[value] for value in values]
    cells = bytes(code & 255 for code in codes)
    found = {value: _group_where(cells, _is(code & 255)) for value, code in numbers.items()}
    if len(numbers) <= _OF_A_BYTE:
        return found
    pages = _groups_of([code >> 8 for code in codes])
    return {value: group & pages[numbers[value] >> 8] for value, group in found.items()}


def _is(code: int) -> bytes:
    return b"0" * code + b"1" + b"0" * (255 - code)


def _group_where(cells: bytes, table: bytes) -> int:
    """Build a group of the cells that a table says ``1`` of: bit by bit takes far longer."""
    return int(cells[::-1].translate(table) or b"0", 2)


def _attributes_among(pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset(one for one in pairs if one not in USES and one[0] != OPENS_WITH)


@lru_cache(maxsize=2**15)  # the combinations of one month are those of the next
def _one_of_each(pairs: frozenset[tuple[str, str]]) -> tuple[Mapping[str, str], ...]:
    """List every choice of one value of each dimension."""
    choices: defaultdict[str, list[str]] = defaultdict(list)
    for dimension, value in pairs:
        choices[dimension].append(value)
    every = product(*choices.values())
    return tuple(dict(zip(choices, chosen, strict=True)) for chosen in every)


def _joined(parts: Mapping[str, int], values: Collection[str]) -> int:
    group = 0
    for value in values:
        group |= parts[value]
    return group


def _places(group: int) -> Iterator[int]:
    while group:
        yield (lowest := group & -group).bit_length() - 1
        group ^= lowest

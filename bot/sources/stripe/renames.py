"""Renamed products: a name is no history, so terms that are held take today's."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.sources.stripe.reading import StripeReading
from metrics.contracts.terms import Term


@dataclass(frozen=True, slots=True)
class Renames:
    """Today's names of products by those that they have had.

    Of ``doubtful`` ones nothing tells which product a term was of: others have, or had, such a
    name, too.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    doubtful: Collection[str] = frozenset()

    @classmethod
    def of(cls, reading: StripeReading) -> "Renames":
        """Find what was renamed by the events that were read."""
        former = reading.shelf.former_names()
        if not former:
            return cls()
        reading.read_list("product")
        today = {key: _name(reading, key) for key in reading.shelf.ids("product")}
        every = Counter(name for key, own in today.items() for name in {own, *former.get(key, ())})
        names = {
            old: today[key]
            for key, olds in former.items()
            for old in olds
            if today.get(key, old) not in ("", old)
        }
        shared = {name for name, count in every.items() if count > 1}
        return cls(names, {old for old, new in names.items() if {old, new} & shared})

    def applied(self, terms: Iterable[Term]) -> Sequence[Term]:
        """Give terms the names of today."""
        return [self._named(term) for term in terms]

    def is_doubtful(self, terms: Iterable[Term]) -> bool:
        """Tell whether nothing tells which product some term was of."""
        return any(term.position.product in self.doubtful for term in terms)

    def _named(self, term: Term) -> Term:
        name = self.names.get(term.position.product or "")
        if name is None:
            return term
        return replace(term, position=term.position._replace(product=name))


def _name(reading: StripeReading, key: str) -> str:
    return str((reading.catalogue.product(key) or {}).get("name") or "").strip()

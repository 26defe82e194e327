"""A playbook: what to do, by segment and lever, and by the value tier of an account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.change import Component
from metrics.segments import VALUE_TIER_NAMES
from metrics.spelling import fold

Texts = Mapping[str, str]
HIGH = VALUE_TIER_NAMES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The treatment texts in force.

    Attributes
    ----------
    levers : mapping
        By component, for segments without a text of their own.
    segments : mapping
        By a segment's name, then by component.
    tiers : mapping
        By value tier.
    """

    levers: Texts = field(default_factory=dict)
    segments: Mapping[str, Texts] = field(default_factory=dict)
    tiers: Texts = field(default_factory=dict)

    def treatment(self, segment: str | None, lever: Component) -> str | None:
        """Look up what to do about a lever of a segment, of the company where it is None.

        Names are alike whatever their case, spaces and hyphens are; None where there is no text.
        """
        own = next((one for name, one in self.segments.items() if _is_same(name, segment)), {})
        return own.get(lever.value, self.levers.get(lever.value)) or None

    def tier_text(self, tier: str) -> str | None:
        """Look up what to do about the accounts of a value tier; None where there is no text."""
        return self.tiers.get(tier) or None

    def play(self, segment: str | None, tier: str | None, lever: Component) -> str | None:
        """Choose the one text for an account, or a scope, of a segment and a value tier.

        That of the tier for accounts of high value, and where no segment is known; else that of
        segment and lever.
        """
        is_of_tier = tier == HIGH or (tier is not None and segment is None)
        found = self.tier_text(tier) if is_of_tier and tier is not None else None
        return found or self.treatment(segment, lever)


def plain_name(name: str) -> str:
    """Spell a name as it is compared: small letters and digits alone.

    Examples
    --------
    >>> plain_name("Mid_Market"), plain_name("mid-market")
    ('midmarket', 'midmarket')
    """
    return "".join(letter for letter in fold(name) if letter.isalnum())


def _is_same(name: str, segment: str | None) -> bool:
    return segment is not None and plain_name(name) == plain_name(segment)

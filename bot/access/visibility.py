"""Visibility of figures for one person: scopes, and in some of them single accounts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.access.authority import covers, judge_grants, judge_person
from bot.access.decisions import Action, Allow, Principal, Reach
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True)
class Visibility:
    """Scopes that may be seen with every part of them; those ``detailed`` with their accounts."""

    scopes: frozenset[Scope]
    detailed: frozenset[Scope] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether everything may be seen."""
        return () in self.scopes

    @property
    def default(self) -> Scope | None:
        """The scope that is meant where none is named: the company, or the only one; else None."""
        if self.is_whole:
            return ()
        return next(iter(self.scopes)) if len(self.scopes) == 1 else None

    @property
    def first(self) -> Scope:
        """The scope that is shown unasked: the default one, else the first of several, if any."""
        return min(self.scopes, default=()) if self.default is None else self.default

    def sees(self, scope: Scope) -> bool:
        """Tell whether a scope may be seen."""
        return any(covers(granted, scope) for granted in self.scopes)

    def sees_accounts(self, scope: Scope) -> bool:
        """Tell whether single accounts of a scope may be seen."""
        return any(covers(granted, scope) for granted in self.detailed)

    def without_accounts(self) -> "Visibility":
        """Return the same scopes without any single account, for figures that others read, too."""
        return Visibility(self.scopes)


def is_administrator(principal: Principal) -> bool:
    """Tell whether a person manages access."""
    is_let = judge_grants(principal, Action.GRANTS, None) == Allow()
    return is_let and judge_person(principal) == Allow()


EVERYTHING = Visibility(frozenset({()}), frozenset({()}))
"""For the bot's own work, and for the terminal of the operator."""


def visibility_of(principal: Principal, action: Action) -> Visibility:
    """Return the visibility that a person has for an action, in the places that are for it."""

    def allowed(*, account_detail: bool) -> Iterator[Scope]:
        for grant in principal.grants:
            reach = Reach(scope=grant.scope, account_detail=account_detail)
            if judge_grants(principal, action, reach) == Allow():
                yield grant.scope

    if judge_person(principal) != Allow():
        return Visibility(frozenset())
    return Visibility(_widest(allowed(account_detail=False)), _widest(allowed(account_detail=True)))


def _widest(scopes: Iterable[Scope]) -> frozenset[Scope]:
    # each spelled in one way: whoever may see the same shares what is remembered for them
    every = {tuple(sorted(scope)) for scope in scopes}
    return frozenset(
        scope
        for scope in every
        if not any(other != scope and covers(other, scope) for other in every)
    )

"""Drops in months that are in and not closed yet: the transitions that tell of them early."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

from metrics.alerts.provisional import is_told_early, provisional
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import NO_EPISODE, Transition, TransitionKind
from metrics.rollup import Scope
from storage.alerts.series import read_unclosed, usual_rest
from storage.ledger.ledger import Ledger

Ahead = Mapping[str, tuple[Transition, ...]]
"""Provisional transitions by the fingerprint of their alert."""


def find_ahead(
    ledger: Ledger, rules: Iterable[AlertRule], series: Mapping[Scope, Series], *, today: date
) -> Ahead:
    """Find the unclosed months in which rules would begin to fire, as the data is now.

    Raises
    ------
    ReconciliationError
        If the figures of such a month do not add up.
    """
    early = [rule for rule in rules if is_told_early(rule) and rule.scope in series]
    unclosed = read_unclosed(ledger, early, today=today) if early else {}
    version = ledger.state().data_version
    return {
        rule.fingerprint: tuple(
            Transition.of(rule, TransitionKind.PROVISIONAL, status, episode=NO_EPISODE, n=version)
            for status in provisional(
                rule,
                series[rule.scope],
                unclosed.get(rule.scope, {}),
                usual_rest=partial(usual_rest, ledger, rule.scope, today=today),
            ).values()
        )
        for rule in early
    }

"""Rules of somebody's own, of single months unless a test says otherwise."""

from functools import partial
from typing import Any

from metrics.alerts.rules import AlertRule, RuleKind
from metrics.rollup import Scope
from tests.metrics.alerts.months import ratio


def own_rule(kind: RuleKind, percent: str, scope: Scope = (), **how: Any) -> AlertRule:  # noqa: ANN401 - fields of rules
    """Make a rule that has no number yet."""
    own = {"rule_id": "", **how}
    return AlertRule(kind=kind, threshold=ratio(percent), scope=scope, **own)


below = partial(own_rule, RuleKind.FLOOR)
drops = partial(own_rule, RuleKind.POINT_DROP)

"""Every rule that people can set up, on a ledger with odd names."""

from fractions import Fraction

from hypothesis import strategies as st

from bot.questions.words import Vocabulary
from metrics.alerts.rules import AlertRule, Metric, RuleKind, Window
from metrics.segments import NO_VALUE

LEDGER = Vocabulary(
    {
        "segment": ("enterprise", "mid_market", "smb"),
        "industry": ("fintech", "Central Government"),
        "size": ("up to 50", "below 10%", "for 3 months", "NRR", 'the "best"'),
    }
)
ODD = Vocabulary(
    {**LEDGER.values, "billing": ("monthly", "12-month", "q3", "march 2026", "2026", "to me")}
)
scopes = st.dictionaries(
    st.sampled_from(tuple(ODD.values)), st.integers(0, 6), max_size=len(ODD.values)
).map(
    lambda chosen: tuple(
        (name, (*ODD.values[name], NO_VALUE)[place % (len(ODD.values[name]) + 1)])
        for name, place in chosen.items()
    )
)
figures = st.integers(1, 1_000_000).map(lambda number: Fraction(number, 1_000_000))
levels = st.integers(50_000, 1_000_000).map(lambda number: Fraction(number, 1_000_000))


@st.composite
def own_rules(draw: st.DrawFn) -> AlertRule:
    """Draw a rule that can be typed, on accounts of `ODD`."""
    kind = draw(st.sampled_from((RuleKind.FLOOR, RuleKind.POINT_DROP, RuleKind.PERCENT_DROP)))
    is_level = kind is RuleKind.FLOOR
    return AlertRule(
        rule_id="",
        kind=kind,
        threshold=draw(levels if is_level else figures),
        metric=draw(st.sampled_from(Metric)),
        scope=draw(scopes),
        window=draw(st.sampled_from(Window)) if is_level else Window.MONTH,
        for_periods=draw(st.integers(1, 12)),
    )

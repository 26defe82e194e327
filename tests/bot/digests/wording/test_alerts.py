from dataclasses import replace
from datetime import date
from fractions import Fraction

from bot.digests.wording.alerts import listed_lines
from metrics.alerts.rules import Window
from metrics.alerts.states import AlertId, Transition, TransitionKind
from metrics.alerts.verdicts import Verdict
from metrics.rollup import Scope

SMB: Scope = (("segment", "smb"),)
LATE = Transition(
    kind=TransitionKind.LISTED,
    alert=AlertId(fingerprint="f", rule_id="sustained-drop", scope=SMB),
    episode=0,
    n=7,
    period=date(2026, 8, 1),
    verdict=Verdict(
        value=Fraction(95, 100), baseline=Fraction(102, 100), threshold=Fraction(2, 100)
    ),
)
SMALL = replace(LATE, kind=TransitionKind.INSUFFICIENT, period=None, verdict=None)


def test_a_drop_that_was_restated_too_late_for_a_message_is_a_line() -> None:
    [line] = listed_lines([LATE])

    assert line == (
        "Restated into an alert (sustained-drop), too late for a message: smb in August 2026 at"
        " 95.0%, usually 102.0%."
    )


def test_a_level_says_that_it_is_of_twelve_months() -> None:
    verdict = Verdict(value=Fraction(88, 100), threshold=Fraction(90, 100), window=Window.YEAR)
    [line] = listed_lines(
        [replace(LATE, alert=AlertId(fingerprint="f", rule_id="floor", scope=()), verdict=verdict)]
    )

    assert line.endswith(
        "the company in the twelve months to August 2026 at 88.0%, the level is 90.0%."
    )


def test_segments_that_are_too_small_share_a_line_however_many_rules_say_so() -> None:
    other = replace(SMALL, alert=replace(LATE.alert, scope=(("segment", "micro"),)))

    assert listed_lines([SMALL, SMALL, other]) == ("Too few accounts for alerts: smb, micro.",)


def test_what_has_no_figures_is_no_line() -> None:
    assert listed_lines([replace(LATE, verdict=None)]) == ()
    assert listed_lines([]) == ()

"""``nrrbot alerts``: evaluates alert rules, changes them, and lists the state of every alert."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Annotated

import typer

from bot.alerts.evaluating import Evaluator
from bot.alerts.rules.backtesting import Backtester
from bot.alerts.rules.document import alerts_json, listed_json, rule_json
from bot.alerts.rules.grammar import parse_rule, read_rule_scope
from bot.alerts.rules.list_message import list_parts
from bot.alerts.rules.recipients import checked_recipients, read_recipient
from bot.alerts.rules.report import AlertReport, state_name
from bot.alerts.rules.setup import AlertSetup, require_own, says_the_same
from bot.alerts.rules.wording.backtests import backtest_sentence, backtest_words
from bot.alerts.rules.wording.rows import FIGURES, alert_grid
from bot.alerts.rules.wording.sentences import accounts_of, recipient_words, rule_words, short_id
from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import AsJson, Today, agrees, out, print_json, say
from bot.errors import UsageError
from bot.questions.days import parse_today
from bot.questions.echo import echoed
from bot.style.names import day_words
from bot.style.terminal import print_all, print_parts, titled
from metrics.alerts.backtest import Backtest
from metrics.alerts.rules import AlertRule
from metrics.alerts.states import AlertState, StateName
from metrics.day_grammar import read_day_ahead
from metrics.period_grammar import shift_months
from storage.alerts.rules import RuleRecord, is_default
from storage.alerts.states import read_alerts

alerts = typer.Typer(no_args_is_help=True, add_completion=False)

# Stored with every snooze so far, so it keeps its hyphen, which `OPERATOR` has not in the audit.
_ACTOR = "command-line"

Words = Annotated[str, typer.Argument(help='As in Slack: "enterprise below 105%".')]
Rule = Annotated[str, typer.Argument(help="Its number or name; `nrrbot alerts list` shows it.")]
ScopeText = Annotated[str, typer.Argument(help="Which accounts, as in a question: enterprise.")]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help="Who hears of it: a user id, a channel id or owners; repeatable."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Set it up even if it would fire at once.")]
HOW_TO = (
    'New: nrrbot alerts add "enterprise below 105%". With a number or name: nrrbot alerts edit,'
    " pause, resume, remove, to, snooze, wake or acknowledge."
)
NOT_EVALUATED = "Nothing is evaluated yet: no month is closed. Import with --closed-through."


class AlertWorkplace(Workplace):
    """A workplace that also evaluates alert rules and changes them."""

    @cached_property
    def evaluator(self) -> Evaluator:
        """The evaluation of rules on the ledger."""
        return Evaluator(answers=self.answers, now=utc_now)

    @cached_property
    def setup(self) -> AlertSetup:
        """The rules, as they are set up and changed."""
        return AlertSetup(
            store=self.store,
            report=self.evaluator.listed,
            today=self.today,
            now=self.evaluator.now,
        )

    def require_rates(self) -> None:
        """Look whether months that are closed have no figures for want of an exchange rate.

        Raises
        ------
        MissingRateError
            If the last one has none: which currency, and which day.
        """
        with self.answers.reading() as reading:
            through = reading.ledger.state().closed_through
            if through is not None:
                reading.ledger.retention(shift_months(through, -1), through)

    def read_rule(self, words: str, to: Iterable[str]) -> tuple[AlertRule, tuple[str, ...]]:
        """Read a rule, and its recipients: those in the words and those of ``--to``."""
        typed = parse_rule(words, vocabulary=self.answers.vocabulary())
        return typed.rule, _read_recipients((*typed.recipients, *to))

    def find_alert(self, typed_rule: str, typed_scope: str) -> tuple[AlertRule, AlertState]:
        """Find a rule on one scope, and its state there.

        Raises
        ------
        UsageError
            If there is no such rule, or it was not evaluated on that scope.
        """
        rule = self.setup.find(typed_rule).rule
        scope = read_rule_scope(typed_scope, vocabulary=self.answers.vocabulary())
        if is_default(rule):
            rule = rule.over(scope)  # a default rule watches each segment; the scope picks one
        elif typed_scope.strip() and scope != rule.scope:
            raise UsageError(f"alert {short_id(rule)} is about {accounts_of(rule)} alone")
        with self.store.read() as session:
            known = read_alerts(session).get(rule.fingerprint)
        if known is None:
            raise UsageError(
                f"alert {short_id(rule)} was not evaluated on {accounts_of(rule)} yet:"
                " `nrrbot alerts list` shows where it was"
            )
        return rule, known.state


@alerts.command()
def evaluate(*, today: Today = None, as_json: AsJson = False) -> None:
    """Evaluate every rule on the newest data, once, and show all alerts that are not inactive."""
    place = AlertWorkplace.at_head(parse_today(today))
    place.require_rates()
    report = place.evaluator.evaluate(today=place.today())
    if as_json:
        print_json(alerts_json(report))
    else:
        _print_evaluated(report)


@alerts.command("list")
def list_all(*, today: Today = None, as_json: AsJson = False) -> None:
    """Show how every rule stood on each scope when it was evaluated last."""
    place = AlertWorkplace.at_head(parse_today(today))
    report, listed = place.evaluator.listed(), place.setup.listed()
    if as_json:
        print_json(listed_json(listed, report))
        return
    if not report.alerts:
        say(
            "Nothing is evaluated yet: run `nrrbot alerts evaluate` after an import with"
            " --closed-through."
        )
    print_parts(list_parts(listed, asker="", today=place.today(), how_to=HOW_TO), out)


@alerts.command()
def add(words: Words, *, to: To = None, yes: Yes = False, as_json: AsJson = False) -> None:
    """Set up a rule; without --to, whoever hears of the default rules hears of it."""
    place = AlertWorkplace.at_head()
    rule, recipients = place.read_rule(words, to or ())
    place.setup.require_new(rule)
    tested = _backtest(place, rule, yes=yes)
    # No owner: whoever runs the bot is nobody in Slack, and every administrator may change it.
    added = place.setup.add(rule, owner_id=None, recipients=recipients)
    _print_proposed(added, "set up", tested, as_json=as_json)


@alerts.command()
def edit(
    rule: Rule, words: Words, *, to: To = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Let a rule say something else; it is evaluated again."""
    place = AlertWorkplace.at_head()
    known = place.setup.find(rule)
    require_own(known.rule, "changed")
    changed, recipients = place.read_rule(words, to or ())
    place.setup.require_new(changed, beside=known.rule.rule_id)
    tested = _backtest(place, changed, yes=yes or says_the_same(known.rule, changed))
    record = place.setup.change(known, changed, recipients or None)  # None: they stay
    _print_proposed(record, "changed", tested, as_json=as_json)


@alerts.command()
def to(
    rule: Rule,
    recipients: Annotated[
        list[str] | None, typer.Argument(help="User ids, channel ids and owners; none: the usual.")
    ] = None,
) -> None:
    """Let others hear of a rule."""
    setup = AlertWorkplace.at_head().setup
    record = setup.set_recipients(setup.find(rule), _read_recipients(recipients or ()))
    say(_done(record, "changed"))


@alerts.command()
def pause(rule: Rule) -> None:
    """Let a rule watch no more until it is resumed."""
    name = _set_enabled(rule, is_enabled=False)
    say(f"Alert {name} is paused: `nrrbot alerts resume {name}` lets it watch again.")


@alerts.command()
def resume(rule: Rule) -> None:
    """Let a paused rule watch again."""
    say(f"Alert {_set_enabled(rule, is_enabled=True)} watches again.")


@alerts.command()
def remove(rule: Rule) -> None:
    """End a rule of the workspace's own for good."""
    setup = AlertWorkplace.at_head().setup
    known = setup.find(rule)
    setup.remove(known)
    say(f"Alert {short_id(known.rule)} ({rule_words(known.rule)}) is removed.")


@alerts.command()
def snooze(
    rule: Rule,
    scope: ScopeText = "",
    *,
    until: Annotated[str, typer.Option(help="The day: 2026-12-12, friday, 2w; 90 days at most.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept and shown.")] = "",
    today: Today = None,
) -> None:
    """Hold back what is to be said of one alert until a day; how it stands goes on."""
    # On one line, because the alert shows the reason inside a sentence.
    why, place = " ".join(reason.split()), AlertWorkplace.at_head(parse_today(today))
    day = read_day_ahead(until, today=place.today())
    if day is None:
        raise UsageError(
            f"--until takes a day, such as 2026-12-12, friday or 2w, not {echoed(until)}"
        )
    found, _ = place.find_alert(rule, scope)
    place.setup.snooze([found], user_id=_ACTOR, until=day, reason=why)
    say(f"{_named(found)} is snoozed until {day_words(day)}.")


@alerts.command()
def wake(rule: Rule, scope: ScopeText = "") -> None:
    """End the snooze of one alert before its day."""
    place = AlertWorkplace.at_head()
    found, state = place.find_alert(rule, scope)
    if state.snoozed_until is None:
        raise UsageError(f"{_named(found)} is not snoozed")
    place.setup.wake([found], user_id=_ACTOR)
    say(f"{_named(found)} is not snoozed any more.")


@alerts.command()
def acknowledge(rule: Rule, scope: ScopeText = "") -> None:
    """Stop the reminders of one alert that fires."""
    place = AlertWorkplace.at_head()
    found, state = place.find_alert(rule, scope)
    if state.episode is None:
        raise UsageError(f"{_named(found)} does not fire: there is nothing to acknowledge")
    place.setup.acknowledge([found], user_id=_ACTOR)
    say(f"{_named(found)} is acknowledged: no more reminders of this drop.")


def _read_recipients(typed: Iterable[str]) -> tuple[str, ...]:
    # Once each, in the order in which they were typed: the words may name whom --to names.
    return checked_recipients(tuple(dict.fromkeys(map(read_recipient, typed))))


def _set_enabled(typed: str, *, is_enabled: bool) -> str:
    setup = AlertWorkplace.at_head().setup
    return short_id(setup.set_enabled(setup.find(typed), is_enabled=is_enabled).rule)


def _backtest(place: AlertWorkplace, rule: AlertRule, *, yes: bool) -> Backtest | None:
    """Try a rule out on the past; ask about one that would fire at once, or refuse it."""
    tested = Backtester(answers=place.answers).measure(rule)
    if tested is None or not tested.newest.would_fire or yes:
        return tested
    would = f"would fire at once: {backtest_words(rule, tested)}."
    if not sys.stdin.isatty():
        raise UsageError(f"this {would} Give --yes to set it up all the same")
    if not agrees(f"This {would} Set it up all the same?"):
        raise UsageError("nothing was set up or changed")
    return tested


def _print_evaluated(report: AlertReport) -> None:
    noteworthy = report.noteworthy()
    too_young = [one for one in noteworthy.alerts if state_name(one) == StateName.NO_BASE]
    shown = replace(noteworthy, alerts=tuple(o for o in noteworthy.alerts if o not in too_young))
    if shown.alerts:
        print_all(titled(alert_grid(shown), figures=FIGURES, is_unbroken=True), out)
    else:
        say("No alert is firing or pending." if report.is_evaluated else NOT_EVALUATED)
    if too_young:
        names = ", ".join(dict.fromkeys(one.rule.rule_id for one in too_young))
        say(f"Not judged yet, because nothing was open when their time began: {names}.")


def _print_proposed(
    record: RuleRecord, done: str, tested: Backtest | None, *, as_json: bool
) -> None:
    if as_json:
        print_json(rule_json(record, tested))
        return
    say(_done(record, done))
    say(backtest_sentence(record.rule, tested))


def _done(record: RuleRecord, done: str) -> str:
    words, to = rule_words(record.rule), recipient_words(record.recipients)
    return f"Alert {short_id(record.rule)} is {done}: {words}; it goes to {to}."


def _named(rule: AlertRule) -> str:
    return f"Alert {short_id(rule)} on {accounts_of(rule)}"

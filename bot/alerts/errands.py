"""What the lines of ``nrrbot alerts`` do, each of them one errand."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.alerts.evaluating import Alerting
from bot.alerts.rules.document import alerts_json, listed_json, rule_json
from bot.alerts.rules.grammar import parse_rule, read_rule_scope
from bot.alerts.rules.recipients import checked_recipients, read_recipient
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.rules.wording.rows import FIGURES, alert_grid
from bot.alerts.rules.wording.sentences import (
    accounts_of,
    recipient_words,
    rule_lines,
    rule_words,
    short_id,
)
from bot.answers.answers import Answers
from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import out, print_json
from bot.errors import UsageError
from bot.questions.days import parse_day_of, parse_today
from bot.style.terminal import print_grid
from metrics.alerts.rules import AlertRule
from metrics.alerts.states import AlertState
from storage.alerts import actions as alert_actions
from storage.alerts.rules import RuleRecord, is_default
from storage.alerts.states import read_alerts
from storage.store.engine import Store

NOTHING = "No alert is firing or pending."
NEVER = (
    "No alert was evaluated yet: run `nrrbot alerts evaluate` after an import that closes months."
)
OPERATOR = "command-line"
"""Who acted, on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every errand works with."""

    store: Store
    answers: Answers
    alerting: Alerting
    setup: AlertSetup

    @classmethod
    def ready(cls) -> "Bench":
        """Return it, on a store that is at head.

        Raises
        ------
        SettingsError, StorageError
            If it is not.
        """
        place = Workplace.ready()
        alerting = Alerting(answers=place.answers, now=utc_now)
        setup = AlertSetup(
            store=place.store, report=alerting.listed, today=place.answers.today, now=utc_now
        )
        return cls(store=place.store, answers=place.answers, alerting=alerting, setup=setup)

    def alert(self, typed_rule: str, typed_scope: str) -> tuple[AlertRule, AlertState]:
        """Return a rule on one scope that it was evaluated on, and how it stands there.

        Raises
        ------
        UsageError
            If there is none.
        """
        rule = self.setup.find(typed_rule).rule
        scope = read_rule_scope(typed_scope, vocabulary=self.answers.vocabulary())
        if is_default(rule):
            rule = rule.over(scope)
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


def evaluate_alerts(today: str | None, *, as_json: bool) -> None:
    """Evaluate every rule on the newest data and print the alerts that are not inactive.

    Raises
    ------
    UsageError, SettingsError, StorageError
        With one sentence: the day cannot be read, or the ledger is empty.
    """
    day = parse_today(today)
    bench = Bench.ready()
    report = bench.alerting.evaluate(today=day or bench.answers.today()).noteworthy()
    if as_json:
        print_json(alerts_json(report))
    elif report.alerts:
        print_grid(alert_grid(report), out, figures=FIGURES)
    else:
        _say(NOTHING)


def list_alerts(*, as_json: bool) -> None:
    """Print every rule, and how its alerts stood when they were evaluated last.

    Raises
    ------
    SettingsError, StorageError
        If there is no store to ask.
    """
    bench = Bench.ready()
    report, listed = bench.alerting.listed(), bench.setup.listed()
    if as_json:
        print_json(listed_json(listed, data_version=report.data_version))
        return
    if report.alerts:
        print_grid(alert_grid(report), out, figures=FIGURES)
    else:
        _say(NEVER)
    _say("Rules")
    for line in (line for one in listed for line in rule_lines(one)):
        _say(str(line))


def add_rule(words: str, to: Iterable[str], *, as_json: bool) -> None:
    """Set up a rule that is nobody's own.

    Raises
    ------
    UsageError
        If the words describe none, or there is one that says the same.
    """
    bench = Bench.ready()
    rule, named = _read(bench, words, to)
    added = bench.setup.add(rule, owner_id=None, recipients=named)
    _tell(added, "set up", as_json=as_json)


def edit_rule(typed: str, words: str, to: Iterable[str] | None, *, as_json: bool) -> None:
    """Let a rule say something else; who hears of it stays unless it is given.

    Raises
    ------
    UsageError
        If there is no such rule, or the words describe none.
    """
    bench = Bench.ready()
    known = bench.setup.find(typed)
    rule, named = _read(bench, words, to or ())
    _tell(bench.setup.change(known, rule, named or None), "changed", as_json=as_json)


def tell_others(typed: str, to: Iterable[str]) -> None:
    """Let others hear of a rule."""
    bench = Bench.ready()
    changed = bench.setup.set_recipients(bench.setup.find(typed), _recipients(to))
    _tell(changed, "changed", as_json=False)


def pause_rule(typed: str) -> None:
    """Let a rule watch no more until it is resumed."""
    name = _set_enabled(typed, is_enabled=False)
    _say(f"Alert {name} is paused: `nrrbot alerts resume {name}` lets it watch again.")


def resume_rule(typed: str) -> None:
    """Let a paused rule watch again."""
    _say(f"Alert {_set_enabled(typed, is_enabled=True)} watches again.")


def remove_rule(typed: str) -> None:
    """End a rule of the workspace's own for good."""
    setup = Bench.ready().setup
    known = setup.find(typed)
    setup.remove(known)
    _say(f"Alert {short_id(known.rule)} ({rule_words(known.rule)}) is removed.")


def snooze_alert(typed: str, scope: str, *, until: str, reason: str) -> None:
    """Hold back what is to be said of an alert until a day.

    Raises
    ------
    UsageError, MetricsError
        If there is no such alert, no reason, or the day cannot be.
    """
    day, why = parse_day_of("--until", until), " ".join(reason.split())
    if not why:
        raise UsageError("--reason says in a few words why")
    bench = Bench.ready()
    rule, _ = bench.alert(typed, scope)
    with bench.store.write(ledger=False) as session:
        alert_actions.snooze(
            session,
            rule,
            user_id=OPERATOR,
            until=day,
            reason=why,
            today=bench.answers.today(),
            now=utc_now(),
        )
    _say(f"{_named(rule)} is snoozed until {day}.")


def wake_alert(typed: str, scope: str) -> None:
    """End a snooze before its day.

    Raises
    ------
    UsageError
        If there is no such alert, or it is not snoozed.
    """
    bench = Bench.ready()
    rule, state = bench.alert(typed, scope)
    if state.snoozed_until is None:
        raise UsageError(f"{_named(rule)} is not snoozed")
    with bench.store.write(ledger=False) as session:
        alert_actions.wake(session, rule, user_id=OPERATOR, now=utc_now())
    _say(f"{_named(rule)} is not snoozed any more.")


def acknowledge_alert(typed: str, scope: str) -> None:
    """Stop the reminders of an alert that fires.

    Raises
    ------
    UsageError
        If there is no such alert, or it does not fire.
    """
    bench = Bench.ready()
    rule, state = bench.alert(typed, scope)
    if state.episode is None:
        raise UsageError(f"{_named(rule)} does not fire: there is nothing to acknowledge")
    with bench.store.write(ledger=False) as session:
        alert_actions.acknowledge(session, rule, user_id=OPERATOR, now=utc_now())
    _say(f"{_named(rule)} is acknowledged: no more reminders of this drop.")


def _read(bench: Bench, words: str, to: Iterable[str]) -> tuple[AlertRule, tuple[str, ...]]:
    """Return the rule that was typed, and who was named, in the words and beside them."""
    typed = parse_rule(words, vocabulary=bench.answers.vocabulary())
    named = _recipients((*typed.recipients, *to))
    return typed.rule, named


def _recipients(to: Iterable[str]) -> tuple[str, ...]:
    return checked_recipients(tuple(dict.fromkeys(map(read_recipient, to))))


def _set_enabled(typed: str, *, is_enabled: bool) -> str:
    """Return what people type for the rule."""
    setup = Bench.ready().setup
    return short_id(setup.set_enabled(setup.find(typed), is_enabled=is_enabled).rule)


def _tell(record: RuleRecord, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(rule_json(record))
        return
    rule = record.rule
    words, to = rule_words(rule), recipient_words(record.recipients)
    _say(f"Alert {short_id(rule)} is {done}: {words}; it goes to {to}.")


def _named(rule: AlertRule) -> str:
    return f"Alert {short_id(rule)} on {accounts_of(rule)}"


def _say(text: str) -> None:
    """Print a sentence as it is."""
    out.print(text, markup=False, highlight=False, soft_wrap=True)

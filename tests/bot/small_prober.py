"""Asks a drawn ledger for all that a viewer without account detail may get of it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from random import Random
from typing import cast

import pytest
from rich.console import Console

from bot.access.visibility import EVERYTHING, Visibility
from bot.alerts.evaluating import Evaluator
from bot.alerts.rules.home_parts import attention_parts
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.rules.sight import AlertSight
from bot.alerts.telling.chart import alert_chart
from bot.alerts.telling.composing import AlertComposer
from bot.alerts.telling.details import AlertMessage
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.notifier import Notifier
from bot.alerts.telling.recipients import RecipientAccess
from bot.answers.answer import Answer, Reply
from bot.answers.answers import Answers
from bot.answers.chart import bridge, split
from bot.answers.document import reply_json
from bot.answers.posted_figures import figures_of, restated_by_now
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.terminal import print_reply
from bot.answers.wording.pictures import has_split
from bot.charts.lines import percent_of
from bot.charts.values import Bars, Chart, Lines, Panels, Waterfall
from bot.cohorts.table import CohortTable
from bot.digests.building import build_digest
from bot.digests.digest import DigestRequest
from bot.digests.document import digest_json
from bot.digests.message import digest_message, thread_message
from bot.errors import AccessDeniedError, UsageError
from bot.migration.matrix import MigrationMatrix
from bot.questions.question import View
from bot.style.rendering import message_of
from bot.trends.chart import trend_chart
from bot.trends.trend import Trend
from metrics.alerts.rules import AlertRule, Window
from metrics.benchmarks.expectations import WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile, CustomerSegment
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.alerts.series import read_series
from storage.benchmarks.expectations import put_goal, put_peers, put_profile
from storage.channels.posted_figures import PostedFigure, ShownFigure
from storage.delivery.parcels import Picture
from storage.digests.subscriptions import DigestContent, DigestPeriod
from storage.store.engine import Store
from tests.bot.alerts.notifying import BOSS, StubRecipients
from tests.bot.small_company import NOW, TODAY, answers_from, small_company
from tests.bot.small_probe import DIMENSIONS, Shown, drawn, ledger_of
from tests.metrics.alerts.own_rules import below, drops

FILTERS = [(name, v) for name, values in DIMENSIONS.items() for v in (*values, NO_VALUE)]
FEW_ACCOUNTS = re.compile(
    # who left or stayed is among the movements, which are shown
    r"(?<![\d.,-])[1-4] (?:of (?:the |its )?[\d,]+ )?accounts?\b(?! left| kept)"
    r"|'accounts_opening': [1-4]\b"
)
PERIODS = ("2026-10", "2026-Q3", "qtd")
A, X, P = ("segment", "a"), ("industry", "x"), ("region", "p")
COMPANY: tuple[Scope, ...] = ((),)
SEGMENT: tuple[Scope, ...] = ((A,),)
OVERLAPPING: tuple[tuple[Scope, ...], ...] = (
    COMPANY,
    ((A,), (X,)),
    ((A,), (X, P)),
    ((A, X), (P,)),
    ((A,), (X,), (P,)),
)
"""Sets of granted scopes; an account can be in several of one set."""


@dataclass
class Viewers(StubRecipients):
    """Recipients who may see the figures of some scopes, and no account."""

    visibility: Visibility = EVERYTHING
    detailed: bool = False

    def sees(self, recipient_id: str, scope: Scope) -> bool:
        del recipient_id
        return self.visibility.sees(scope)

    def granted(self, recipient_id: str) -> frozenset[Scope]:
        del recipient_id
        return self.visibility.scopes


@dataclass
class Prober:
    """Gets all there is to get of a store, for a viewer who was granted some scopes."""

    store: Store
    shown: Shown
    random: Random

    @property
    def sees_company(self) -> bool:
        return () in self.shown.granted

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What was granted, and that with each filter more."""
        own = self.shown.granted
        narrower = ((*one, pair) for one in own for pair in FILTERS)
        return (*own, *narrower)

    @property
    def answers(self) -> Answers:
        return answers_from(self.store)

    @property
    def visibility(self) -> Visibility:
        return Visibility(frozenset(self.shown.granted))

    def ask_everything(self) -> None:
        answers = self.answers
        for scope in self.scopes:
            filters = " ".join(f'{name}:"{value}"' for name, value in scope)
            with suppress(AccessDeniedError, UsageError):
                self.see(answers.reply(f"full {filters} 2026-10", visibility=self.visibility))
            for period in ("2026-10", "2026-Q3", "qtd", "trend monthly 2026-08..2026-10"):
                for rest in ("", *(f" by {name}" for name in DIMENSIONS)):
                    with suppress(AccessDeniedError, UsageError):  # refused, or nobody is there
                        asked = f"{filters} {period}{rest}".strip()
                        self.see(answers.reply(asked, visibility=self.visibility))

    def ask_why_and_compare(self) -> None:
        """Ask for changes and comparisons of all that may be seen, each in several ways."""
        answers = self.answers
        for scope in self.scopes:
            filters = " ".join(f'{name}:"{value}"' for name, value in scope)
            splits = ("", *(f" by {name}" for name in DIMENSIONS))
            asked = [f"why {filters} {period}{rest}" for period in PERIODS for rest in splits]
            asked += [f"{filters} 2026-10 vs 2026-09{rest}" for rest in splits]
            asked += [
                f"why {filters} 2026-10 vs a year ago",
                f"{filters} 2026-Q3 vs rest by region",
            ]
            asked += [
                f'{filters} 2026-10 vs {name}:"{value}"{rest}'
                for name, value in FILTERS
                for rest in ("", " by region")
            ]
            for text in asked:
                with suppress(AccessDeniedError, UsageError):  # refused, or nobody is there
                    self.see(answers.reply(text, visibility=self.visibility))
            with suppress(AccessDeniedError, UsageError):
                self.see(answers.reply(f"at risk {filters}", visibility=self.visibility))
            for asked_for in ("accounts", "accounts churned", "accounts new top 3"):
                with pytest.raises((AccessDeniedError, UsageError)):
                    answers.reply(f"{asked_for} {filters} 2026-10", visibility=self.visibility)
        for name in ("a0", "nobody"):
            with pytest.raises(AccessDeniedError, match="takes account detail"):
                answers.reply(f"account {name}", visibility=self.visibility)

    def ask_for_tables(self) -> None:
        """Ask for cohorts and moves of all that may be seen: no cell of them is of few accounts."""
        answers = self.answers
        for scope in self.scopes:
            filters = " ".join(f'{name}:"{value}"' for name, value in scope)
            asked = ["cohorts by quarter", "cohorts by month", "migration by region 2026-Q3"]
            for text in asked:
                with suppress(AccessDeniedError, UsageError):  # refused, or nobody is there
                    reply = answers.reply(f"{text} {filters}", visibility=self.visibility)
                    message = private_reply(reply, can_share=True, main_dimension="segment")
                    self.read_texts(message.text, repr(message.blocks), printed(reply))
                    if isinstance(reply, CohortTable):
                        assert all(one.opening.accounts_opening >= 5 for one in reply.cohorts)
                    if isinstance(reply, MigrationMatrix):
                        assert all(one.accounts >= 5 for one in reply.migration.flows.values())

    def see(self, reply: Reply) -> None:
        self.shown.see(reply)
        self.read_texts(repr(reply_json(reply)))
        if not isinstance(reply, Answer | Trend):
            message = private_reply(reply, can_share=True, main_dimension="segment")
            self.read_texts(message.text, repr(message.blocks), printed(reply))
            return
        for view in (View.ANSWER, View.FULL):
            viewed = replace(reply, question=replace(reply.question, view=view))
            message = private_reply(viewed, can_share=True, main_dimension="segment")
            self.read_texts(message.text, repr(message.blocks), printed(viewed))
        # What is drawn is among what is said.
        if isinstance(reply, Trend):
            assert set(map(percent_of, ratios_of(trend_chart(reply)))) <= self.shown.ratios
        elif reply.retention.opening:
            chart = split(reply) if has_split(reply) else bridge(reply)
            parts = [part.retention.nrr for part in reply.breakdown]
            assert ratios_of(chart) <= {Fraction(1), reply.retention.nrr, *parts}

    def read_texts(self, *texts: str) -> None:
        self.shown.counts["text"] += len(texts)
        assert not [found for text in texts for found in FEW_ACCOUNTS.findall(text)]

    def read_digests(self) -> None:
        if not self.sees_company:
            return  # a channel's readers are bound by what may be seen of the company
        for content in (DigestPeriod.LAST_MONTH, DigestPeriod.QUARTER_TO_DATE, DigestPeriod.TTM):
            request = DigestRequest(
                content=DigestContent(dimension="region", period=content),
                week="2026-W47",
                today=TODAY,
                names_shown=False,
                small_shown=False,
            )
            digest = build_digest(self.answers, request)
            message, thread = digest_message(digest), thread_message(digest)
            if thread is not None:
                self.read_texts(thread.text, repr(thread.blocks))
            document = repr(digest_json(digest, charts=()))
            self.read_texts(message.text, repr(message.blocks), document)
            if (watched := digest.body.watched) is not None:
                *_, (dimension, value) = watched.figure.scope
                by = self.answers.ask(f"ttm by {dimension}", visibility=self.visibility)
                assert value in {part.value for part in by.breakdown}
            for reply in (digest.answer, digest.body.trend):
                if reply is not None:
                    self.shown.counts["digest"] += 1
                    self.see(reply)

    def hear_alerts(self) -> None:
        evaluator = Evaluator(answers=self.answers, now=lambda: NOW)
        setup = AlertSetup(
            store=self.store,
            report=evaluator.listed,
            today=evaluator.answers.today,
            now=lambda: NOW,
        )
        for rule in self.own_rules():
            setup.add(rule, owner_id=BOSS, recipients=(BOSS,))
        evaluator.evaluate(today=TODAY)
        heard: list[AlertMessage] = []

        def draw(message: AlertMessage) -> tuple[Picture, ...]:
            heard.append(message)
            return ()

        recipients = Viewers(visibility=self.visibility)
        composer = AlertComposer(
            details=DetailsReader(answers=self.answers),
            recipients=cast("RecipientAccess", recipients),
            draw=draw,
            time_zone="UTC",
        )
        Notifier(store=self.store, composer=composer, now=lambda: NOW).notify(today=TODAY)
        for message in heard:
            self.shown.hear(message)
            self.look_at(message)
        sight = AlertSight(self.answers)
        listed = setup.listed(
            sees=self.visibility.sees,
            may_tell=lambda alert: sight.may_tell(alert, self.visibility),
        )
        self.shown.read_list(listed)
        needed = message_of(attention_parts(listed, today=TODAY))
        self.read_texts(needed.text, repr(needed.blocks))

    def look_at(self, message: AlertMessage) -> None:
        worst = message.notices[0]
        said = [point.value for point in worst.figures.history if point.value is not None]
        if verdict := worst.verdict:
            level, base = verdict.threshold, verdict.baseline
            said += [one for one in (level, base) if one is not None]
            said += [base - level] if base is not None and level is not None else []
        assert ratios_of(alert_chart(worst)) <= set(said)

    def own_rules(self) -> Iterator[AlertRule]:
        """Yield rules that always fire, and some that look for drops, on all that may be seen."""
        for scope in self.scopes:
            for window in (Window.MONTH, Window.YEAR):
                yield below("300", scope, window=window)
            yield drops("1", scope)

    def try_rules_out(self) -> None:
        sight = AlertSight(self.answers)
        rules = list(self.own_rules())
        with self.answers.reading() as reading:
            series = read_series(reading.ledger, rules)
        for rule in rules:
            with suppress(SmallCohortError):
                for month in sight.visible(rule, series[rule.scope], self.visibility).months:
                    if month >= shift_months(TODAY.replace(day=1), -4):
                        start = shift_months(month, 1 - rule.window.months)
                        self.shown.counts["tried"] += 1
                        self.shown.note(rule.scope, start, shift_months(month, 1))

    def hear_what_changed(self) -> None:
        """See every figure restated that anybody may once have posted in a channel."""
        if not self.sees_company:
            return
        posted: list[PostedFigure] = []
        for scope in ((), *((pair,) for pair in FILTERS)):
            filters = " ".join(f'{name}:"{value}"' for name, value in scope)
            for rest in ("2026-10", "2026-10 by region", "2026-11-01..2026-11-04", "ttm"):
                with suppress(UsageError):
                    posted += figures_of(self.answers.reply(f"{filters} {rest}"))
        old = [
            ShownFigure(
                number=number,
                channel_id="C1",
                figure=PostedFigure(
                    scope=one.scope,
                    start=one.start,
                    end=one.end,
                    label=one.label,
                    nrr=Fraction(9),  # so that each has moved
                    grr=one.grr,
                    data_version=1,
                ),
            )
            for number, one in enumerate(posted)
        ]
        for found in restated_by_now(self.answers, old, small_shown=False):
            now = found.now
            self.shown.counts["restated"] += 1
            self.shown.note(now.scope, now.start, now.end)


def printed(reply: Reply) -> str:
    console = Console(file=StringIO(), width=200)
    with console.capture() as capture:
        print_reply(reply, console)
    return capture.get()


def ratios_of(chart: Chart) -> set[Fraction]:
    """Return the levels of all lines, bars and marks of a picture."""
    match chart:
        case Lines():
            ends = [mark.ratio for mark in chart.marks]
            return {one for line in chart.lines for one in (*line.ratios, *ends) if one is not None}
        case Panels():
            return {one for line in chart.lines for one in line.ratios if one is not None}
        case Bars():
            return {1 + row.distance for row in chart.rows if row.distance is not None}
        case Waterfall():
            return {chart.opening.ratio, chart.closing.ratio}
        case _:
            return set()


def aim_everywhere(store: Store) -> None:
    """Declare a profile, peers and goals of whatever may be asked about, however small it is."""
    with store.write(ledger=False) as session:
        profile = WorkspaceProfile(company=CompanyProfile.SMB)
        put_profile(session, profile, by="U1", now=NOW)
        for pair in FILTERS:
            put_peers(session, pair, CustomerSegment.SMB, by="U1", now=NOW)
        for scope in ((), *((pair,) for pair in FILTERS)):
            put_goal(session, Goal(scope=scope, nrr=Fraction(1, 2)), by="U1", now=NOW)


@contextmanager
def probing(
    folder: Path, seed: int, among: Sequence[tuple[Scope, ...]] = (COMPANY, SEGMENT)
) -> Iterator[Prober]:
    """Open a company drawn by a seed, with a viewer who was granted one of some sets of scopes."""
    random = Random(seed)  # noqa: S311 - a company, no secret
    held = drawn(random)
    store = small_company(folder, ledger_of(held))
    aim_everywhere(store)
    granted = random.choice(among)
    yield Prober(store=store, shown=Shown(held, granted), random=random)
    store.engine.dispose()

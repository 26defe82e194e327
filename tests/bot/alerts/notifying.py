"""Telling of alerts on a store, to recipients that a test names."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import select
from sqlmodel import col

from bot.alerts.telling.composing import AlertComposer
from bot.alerts.telling.details import MonthFigures, NoticeDetails
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.notifier import Notifier
from bot.alerts.telling.recipients import RecipientAccess
from metrics.alerts.grouping import Alert, Notice
from metrics.alerts.rules import AlertRule
from metrics.errors import ReconciliationError
from metrics.rollup import Scope
from storage.alerts.rules import set_enabled
from storage.ledger.account_changes import AccountChange
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.small_company import NOW, TODAY
from tests.bot.watching import evaluator_on

BOSS, CARE, CHANNEL = "U0BOSS", "U0CARE", "C0REVOPS"


@dataclass
class StubRecipients:
    """Recipients who may see everything but what is ``hidden`` from them, or its accounts are."""

    named: tuple[str, ...] = (BOSS,)
    operators: tuple[str, ...] = ()
    hidden: set[tuple[str, Scope]] = field(default_factory=set)
    detailed: bool = True
    unnamed: set[tuple[str, Scope]] = field(default_factory=set)
    team_id: str = "T1"
    people: dict[str, str] = field(default_factory=dict)

    def default(self) -> tuple[str, ...]:
        return self.named

    def sees(self, recipient_id: str, scope: Scope) -> bool:
        return (recipient_id, scope) not in self.hidden

    def sees_accounts(self, recipient_id: str, scope: Scope) -> bool:
        is_named = self.detailed and (recipient_id, scope) not in self.unnamed
        return is_named and self.sees(recipient_id, scope)

    def granted(self, recipient_id: str) -> frozenset[Scope]:
        del recipient_id
        return frozenset({()})

    def find_owner(self, owner: str) -> str | None:
        return self.people.get(owner)


def leave_only_sustained_drop(store: Store) -> None:
    for rule_id in ("shock", "floor", "masking"):
        with store.write(ledger=False) as session:
            set_enabled(session, rule_id, is_enabled=False, now=NOW)


def notifier_on(
    store: Store, recipients: StubRecipients | None = None, *, dimension: str = "segment"
) -> Notifier:
    composer = AlertComposer(
        details=DetailsReader(answers=evaluator_on(store, dimension=dimension).answers),
        recipients=cast("RecipientAccess", recipients or StubRecipients()),
        draw=lambda _: (),
        time_zone="Europe/Berlin",
    )
    return Notifier(store=store, composer=composer, now=lambda: NOW)


def evaluated_and_told(
    store: Store, recipients: StubRecipients | None = None
) -> list[tuple[str, str]]:
    """Evaluate, tell, and return who gets which text that was not there before."""
    before = len(messages(store))
    evaluator_on(store).evaluate(today=TODAY)
    notifier_on(store, recipients).notify(today=TODAY)
    return [(to, said["text"]) for to, said in messages(store)[before:]]


def messages(store: Store) -> list[tuple[str, dict[str, Any]]]:
    """Return to whom the alerts in the outbox go, and what they say."""
    with store.read() as session:
        rows = session.scalars(
            select(OutboxRow).where(col(OutboxRow.kind) == "alert").order_by(col(OutboxRow.id))
        )
        return [(row.channel_id, json.loads(row.payload_json or "{}")) for row in rows]


@dataclass
class BareDetails:
    """Stories without a ledger behind them: for who is told what, and not how it looks.

    While ``is_broken`` it fails as a ledger does that cannot be read.
    """

    is_broken: bool = False

    def read(self, told: Sequence[tuple[Notice, Alert]]) -> list[NoticeDetails]:
        if self.is_broken:
            raise ReconciliationError
        return [
            NoticeDetails(
                notice=notice,
                rule=alert.rule,
                figures=MonthFigures(
                    currency="USD", data_version=1, retention=None, history=(), drivers=()
                ),
            )
            for notice, alert in told
        ]

    def drivers(self, rule: AlertRule, month: date) -> tuple[AccountChange, ...]:  # noqa: ARG002 - of none
        return ()

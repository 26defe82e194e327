"""A message for somebody without account detail, of a scope with an older month that is hidden."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.alerts.telling.details import AlertMessage
from storage.alerts.rules import add
from storage.delivery.parcels import Picture
from tests.bot.alerts.notifying import BOSS, StubRecipients, notifier_on
from tests.bot.paused_company import MID, paused_company
from tests.bot.small_company import NOW, TODAY
from tests.bot.watching import evaluator_on
from tests.metrics.alerts.own_rules import below


def test_no_hidden_month_before_the_one_told_is_in_the_message_or_its_picture(
    tmp_path: Path,
) -> None:
    store = paused_company(tmp_path)
    with store.write(ledger=False) as session:
        add(session, below("300", MID), owner_id=BOSS, recipients=(BOSS,), now=NOW)
    evaluator_on(store).evaluate(today=TODAY)
    notifier = notifier_on(store, StubRecipients(detailed=False))
    drawn: list[AlertMessage] = []

    def draw(message: AlertMessage) -> tuple[Picture, ...]:
        drawn.append(message)
        return ()

    notifier.composer = replace(notifier.composer, draw=draw)
    notifier.notify(today=TODAY)

    [told] = (one for message in drawn for one in message.notices if one.rule.scope == MID)
    shown = [point.month for point in told.figures.history if point.value is not None]
    assert told.month == date(2026, 10, 1)
    assert shown == [date(2026, number, 1) for number in range(5, 11)]  # until April it was three
    assert told.figures.since is None or told.figures.since.value is None
    store.engine.dispose()

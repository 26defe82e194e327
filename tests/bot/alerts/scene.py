"""A channel in which people set alerts up: the real bot on eight closed months, one segment low."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.alerts.evaluating import Evaluator
from storage.alerts.rules import RuleRecord, list_records
from storage.store.engine import Store
from tests.bot.desks import Desk
from tests.bot.edge import Scene, let_everybody, running_bot
from tests.bot.small_company import NOW, TODAY, answers_from
from tests.slack.people import User
from tests.storage.at_head import lasting_folder, set_up, template_of
from tests.storage.courses import DROP, course, month
from tests.storage.stores import SqliteTemplate, import_text, open_store


def low_segment(folder: Path) -> Store:
    """Return a store with eight closed months, in which one segment drops."""
    return Store(f"sqlite:///{_imported().copy(folder / 'nrrbot.db')}")


@cache
def _imported() -> SqliteTemplate:
    with open_store(lasting_folder() / "nrrbot.db") as store:
        set_up(store)
        import_text(store, course(enterprise=DROP, smb=["102"] * 8), closed_through=month(8))
        return template_of(store)


@dataclass(frozen=True, kw_only=True)
class AlertScene(Desk):
    """The desk at which alerts are set up, and what becomes of them."""

    command = "alert"

    evaluator: Evaluator

    def listed(self, *, by: User | None = None) -> str:
        """Return the list that somebody gets."""
        return self.scene.ask("alerts", by=by).wait_for_answer().text

    def evaluate(self) -> None:
        """Evaluate what was not evaluated yet."""
        self.evaluator.evaluate(today=TODAY)

    def own(self) -> list[RuleRecord]:
        """Return the rules of the workspace's own."""
        return [record for record in self.records() if record.rule.rule_id.startswith("rule-")]

    def records(self) -> list[RuleRecord]:
        """Return every rule that is not removed."""
        with self.store.read() as session:
            return list_records(session)


@contextmanager
def alert_scene(scene: Scene, store: Store, *, everybody: bool = True) -> Iterator[AlertScene]:
    """Run the bot on a store until the block ends; everybody may see everything, or nobody yet."""
    scene.slack.clock.freeze()  # a busy machine must not be too slow for a form
    if everybody:
        let_everybody(scene.slack, store)
    evaluator = Evaluator(answers=answers_from(store), now=lambda: NOW)
    with running_bot(scene.slack, store=store, asking=answers_from(store)) as bot:
        yield AlertScene(scene=scene, store=store, bot=bot, evaluator=evaluator)

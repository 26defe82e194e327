"""What is typed, filled in and told at a command of the real bot that has a form."""

from dataclasses import dataclass
from typing import ClassVar

from storage.store.engine import Store
from tests.bot.edge import RunningBot, Scene
from tests.slack.interactions import Interaction
from tests.slack.modal_filling import Filled
from tests.slack.modals import Modal
from tests.slack.people import User


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The scene, the store, and what there is to look at in it."""

    command: ClassVar[str]

    scene: Scene
    store: Store
    bot: RunningBot

    def type(self, words: str = "", *, by: User | None = None) -> Interaction:
        """Let somebody, Ana by default, type the command and more words in #revops."""
        return self.scene.ask(f"{self.command} {words}".strip(), by=by)

    def said(self, words: str, *, by: User | None = None) -> str:
        """Return what somebody is told when they type that."""
        return self.type(words, by=by).wait_for_answer().text

    def form(self, words: str = "") -> Modal:
        """Return the form that opens when Ana types that."""
        self.type(words)
        return self.opened()

    def opened(self) -> Modal:
        """Return the form that opens for Ana."""
        return self.scene.slack.wait_for_modal(self.scene.ana)

    def submit(self, modal: Modal, **values: Filled) -> Interaction:
        """Let Ana fill in a form and submit it."""
        return self.scene.slack.submit(self.scene.ana, modal, values)

    def told(self, number: int = 1) -> str:
        """Return the n-th thing that only Ana is told."""
        return self.scene.slack.wait_for_ephemerals(self.scene.ana, number)[number - 1].text

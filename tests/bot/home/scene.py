"""The Home tab of the real bot, on eight closed months in which one segment has fallen."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bot.home.publishing import HomePublisher
from storage.store.engine import Store
from tests.bot.alerts.scene import AlertScene, alert_scene
from tests.bot.edge import Scene
from tests.slack.messages import View
from tests.slack.people import User
from tests.slack.waiting import wait_for


@dataclass(frozen=True, kw_only=True)
class HomeScene:
    """The scene, and the job that renews tabs.

    ``begun`` and ``ended`` are whose tab the bot set out to renew, and is through with.
    """

    desk: AlertScene
    renew: Callable[[], object]
    begun: Sequence[str]
    ended: Sequence[str]

    @property
    def scene(self) -> Scene:
        return self.desk.scene

    @property
    def publications(self) -> int:
        """How often a tab was published, or tried to be."""
        return len(self.scene.slack.calls_to("views.publish"))

    def view(self, user: User) -> View:
        """Return what a person sees."""
        shown = self.scene.slack.workspace.home(user.id)
        assert shown is not None
        return shown

    def text(self, user: User) -> str:
        """Return all that a person sees, with the values of buttons."""
        return json.dumps(self.view(user).blocks, ensure_ascii=False)

    def open(self, user: User) -> None:
        """Let a person open the tab, and wait until the bot is through with it."""
        before = len(self.ended)
        self.scene.slack.open_home(user).wait_for_ack()
        wait_for(lambda: len(self.ended) > before, what="a Home tab")

    def opened(self, user: User) -> str:
        """Let a person open the tab, and return all that they see then."""
        self.open(user)
        return self.text(user)

    def wait_until(self, is_shown: Callable[[str], bool], user: User) -> None:
        """Wait until a person sees it, and the bot is through with showing it."""
        wait_for(lambda: is_shown(self.text(user)), what="another tab")
        wait_for(lambda: len(self.begun) == len(self.ended), what="a note of what was shown")


@contextmanager
def home_scene(scene: Scene, store: Store) -> Iterator[HomeScene]:
    """Run the bot on a store until the block ends; nobody may see anything yet."""
    begun, ended, renew = list[str](), list[str](), HomePublisher.renew

    def note(publisher: HomePublisher, user_id: str) -> bool:
        begun.append(user_id)
        try:
            return renew(publisher, user_id)
        finally:
            ended.append(user_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HomePublisher, "renew", note)
        with alert_scene(scene, store, everybody=False) as desk:
            desk.evaluate()
            job = next(one for one in desk.bot.handlers.feature.jobs if one.name == "home")
            yield HomeScene(desk=desk, renew=job.build(), begun=begun, ended=ended)

"""The Home tab of the real bot, on eight closed months in which one segment has fallen."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storage.home.visits import visit_of
from storage.store.engine import Store
from tests.bot.alerts.scene import AlertScene, alert_scene
from tests.bot.edge import Scene
from tests.slack.messages import View
from tests.slack.people import User
from tests.slack.waiting import wait_for


@dataclass(frozen=True, kw_only=True)
class HomeScene:
    """The scene, and the job that renews tabs."""

    desk: AlertScene
    renew: Callable[[], object]

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

    def is_noted(self, user: User) -> bool:
        """Tell whether the bot knows that a person sees what they see."""
        with self.desk.store.read() as session:
            visit = visit_of(session, user.id)
        return visit is not None and visit.view_hash == self.view(user).hash

    def opened(self, user: User) -> str:
        """Let a person open the tab, and return all that they see then."""
        before = self.publications
        self.scene.slack.open_home(user)
        wait_for(lambda: self.publications > before, what="a Home tab")
        wait_for(lambda: self.scene.slack.workspace.home(user.id), what="a view")
        wait_for(lambda: self.is_noted(user), what="a note of it")
        return self.text(user)


@contextmanager
def home_scene(scene: Scene, store: Store) -> Iterator[HomeScene]:
    """Run the bot on a store until the block ends; nobody may see anything yet."""
    with alert_scene(scene, store, everybody=False) as desk:
        desk.evaluate()
        job = next(one for one in desk.bot.handlers.feature.jobs if one.name == "home")
        yield HomeScene(desk=desk, renew=job.build())

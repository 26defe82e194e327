"""A channel that wants a weekly digest: the real bot on a small company, at a set moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import col

from bot.answers.services import Services
from bot.app.handlers import Handlers
from bot.digests.wiring import feature
from storage.digests.subscriptions import Subscription, get, list_all
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.desks import Desk
from tests.bot.edge import Scene, let_everybody, running_bot
from tests.bot.small_company import answers_from
from tests.slack.modal_filling import Filled
from tests.slack.modals import Modal

BERLIN = "Europe/Berlin"
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""Monday 23 November is ahead; in Berlin it is 13:00."""


@dataclass(kw_only=True)
class Clock:
    """A clock that a test sets."""

    moment: datetime = SATURDAY

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.moment


@dataclass(frozen=True, kw_only=True)
class DigestScene(Desk):
    """The desk at which digests are set up, and what becomes of them."""

    command = "digest"

    clock: Clock = field(default_factory=Clock)

    def form(self, words: str = "here") -> Modal:
        """Return the form that opens when Ana types that."""
        return super().form(words)

    def set_up(self, **values: Filled) -> Subscription:
        """Set up a digest by its form, and return it."""
        before = len(self.scene.slack.workspace.ephemerals(self.scene.ana.id))
        sent = self.submit(self.form(), **values)
        assert sent.wait_for_ack().body == ""
        self.told(before + 1)
        return self.subscriptions()[-1]

    def subscriptions(self) -> list[Subscription]:
        """Return every digest that is not removed."""
        with self.store.read() as session:
            return list_all(session)

    def subscription(self, number: int) -> Subscription:
        """Return a digest, removed or not."""
        with self.store.read() as session:
            found = get(session, number)
        assert found is not None
        return found

    def messages(self, number: int = 1) -> list[OutboxRow]:
        """Return what is on its way for a digest, the newest first, without its thread."""
        with self.store.read() as session:
            rows = select(OutboxRow).where(
                col(OutboxRow.subscription_id) == number, col(OutboxRow.follows).is_(None)
            )
            return list(session.scalars(rows.order_by(col(OutboxRow.id).desc())))


def begun(modal: Modal) -> dict[str, object]:
    """Return what the fields of a form hold before anybody touches them."""
    found = {}
    for name, block in modal.inputs.items():
        element = block["element"]
        chosen = element.get("initial_option", {"value": element.get("initial_value")})
        found[name] = chosen["value"]
    return found


@contextmanager
def digest_scene(
    scene: Scene,
    store: Store,
    *,
    over_socket: bool = False,
    change: Callable[[Handlers], Handlers] = lambda handlers: handlers,
) -> Iterator[DigestScene]:
    """Run the bot on a store until the block ends."""
    clock = Clock()
    let_everybody(scene.slack, store)
    scene.slack.workspace.put_user(replace(scene.ana, tz=BERLIN))
    scene.slack.clock.freeze()  # a busy machine must not be too slow for a form

    def set_clock(handlers: Handlers, services: Services) -> Handlers:
        by_clock = feature(services, now=clock)
        every = handlers.feature
        served = replace(
            every,
            commands={**every.commands, **by_clock.commands},
            forms={**every.forms, **by_clock.forms},
            clicks={**every.clicks, **by_clock.clicks},
        )
        return change(replace(handlers, feature=served))

    with running_bot(
        scene.slack,
        over_socket=over_socket,
        change=set_clock,
        asking=answers_from(store),
        store=store,
        nrrbot_time_zone="Europe/Berlin",
    ) as bot:
        yield DigestScene(scene=scene, store=store, bot=bot, clock=clock)

"""The ``restate`` tick: a posted figure that changed is announced where no digest will say so."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bot.answers.answers import Answers
from bot.answers.posted_figures import Restated, restated_by_now
from bot.clock import Clock
from bot.delivery.outcomes import RESTATEMENT
from bot.delivery.parcels import message_parcel
from bot.digests.composing import covers
from bot.digests.message import restatement_message
from storage.channels.posted_figures import ShownFigure, last_shown, remember
from storage.delivery import outbox
from storage.delivery.parcels import Parcel, ParcelBasis
from storage.digests.subscriptions import Subscription, list_active
from storage.errors import EmptyLedgerError
from storage.store.engine import Store
from storage.tables.scopes import scope_text


@dataclass(slots=True, kw_only=True)
class Restater:
    """Announces restated figures, each change once.

    Attributes
    ----------
    names_in : frozenset of str
        The channels in which cohorts of any size may be shown.
    """

    store: Store
    answers: Answers
    team_id: str
    names_in: frozenset[str]
    now: Clock
    _seen: object = field(default=None, init=False)

    def run(self) -> int:
        """Announce what has changed since the last run; return the number of messages.

        Raises
        ------
        StorageError
            If the store cannot be used; before the first import there is just nothing to do.
        """
        try:
            with self.answers.reading() as reading:
                version = reading.ledger.state().data_version
        except EmptyLedgerError:
            return 0
        with self.store.read() as session:
            shown, digests = last_shown(session), list_active(session)
        waiting = [
            one
            for one in shown
            if one.figure.data_version < version and not _is_covered(one, digests)
        ]
        seen = version, [one.number for one in waiting]
        if seen == self._seen:  # nothing was imported or posted since
            return 0
        count = sum(self._announce(group) for group in self._restated(waiting))
        self._seen = seen
        return count

    def _restated(self, shown: Sequence[ShownFigure]) -> Iterator[list[Restated]]:
        """Yield the restated figures of one message at a time, the widest scope first."""
        by_channel: defaultdict[str, list[ShownFigure]] = defaultdict(list)
        for one in shown:
            by_channel[one.channel_id].append(one)
        for channel_id, figures in by_channel.items():
            is_open = channel_id in self.names_in
            found = restated_by_now(self.answers, figures, small_shown=is_open)
            yield from _messages(found)

    def _announce(self, restated: Sequence[Restated]) -> bool:
        now, parcel = self.now(), self._parcel(restated)
        channel_id, numbers = parcel.address.channel_id, {one.shown.number for one in restated}
        with self.store.write(ledger=False) as session:
            # since they were read a digest may have said it
            if not numbers <= {one.number for one in last_shown(session, channel_id)}:
                return False
            is_new = outbox.enqueue(session, parcel, now=now)
            if is_new:
                figures = [one.told for one in restated]
                remember(session, channel_id, figures, outbox_key=parcel.dedupe_key, now=now)
            return is_new

    def _parcel(self, restated: Sequence[Restated]) -> Parcel:
        [channel_id] = {one.shown.channel_id for one in restated}
        change = [(one.shown.number, one.now.nrr, one.now.grr) for one in restated]
        return message_parcel(
            restatement_message(restated),
            # the change itself is the key: two processes that find it announce it once
            dedupe_key=f"restated:{channel_id}:{sha256(repr(change).encode()).hexdigest()}",
            team_id=self.team_id,
            to=channel_id,
            now=self.now(),
            kind=RESTATEMENT,
            basis=ParcelBasis(
                scope=scope_text(restated[0].now.scope), data_version=restated[0].now.data_version
            ),
        )


def _messages(restated: Iterable[Restated]) -> list[list[Restated]]:
    # A message is asked for by the scope of its first figure: what lies within goes with it.
    messages: list[list[Restated]] = []
    for one in sorted(restated, key=lambda one: len(one.now.scope)):
        wider = (them for them in messages if set(them[0].now.scope) <= set(one.now.scope))
        if (message := next(wider, None)) is not None:
            message.append(one)
        else:
            messages.append([one])
    return messages


def _is_covered(one: ShownFigure, digests: Sequence[Subscription]) -> bool:
    """Tell whether a digest will say it within the week: a month is too long to be wrong."""
    return any(
        not digest.content.is_monthly
        and digest.destination.channel_id == one.channel_id
        and covers(digest.content, one.figure.scope)
        for digest in digests
    )

"""Who learns what, and where: every person in every place, with every kind of question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

import pytest

from bot.clock import utc_now
from storage.access.grants import Approval, Role, put_approval
from tests.bot.conversations.scene import Talk
from tests.slack.payloads import event_payload
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.talking import mention

pytestmark = pytest.mark.slack

SMB = (("segment", "smb"),)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What somebody was granted; None of a scope is nothing at all."""

    scope: tuple[tuple[str, str], ...] | None
    role: Role = Role.ANALYST
    detail: bool = False
    kind: UserKind = UserKind.MEMBER


PEOPLE = {
    "guest": Rights(scope=(), detail=True, kind=UserKind.GUEST),
    "outsider": Rights(scope=(), detail=True, kind=UserKind.EXTERNAL),
    "nobody": Rights(scope=None),
    "viewer": Rights(scope=(), role=Role.VIEWER),
    "of smb": Rights(scope=SMB),
    "analyst": Rights(scope=()),
    "detailed": Rights(scope=(), detail=True),
}
PLACES = ("private", "public", "approved for smb", "shared outside", "direct")
QUESTIONS = {  # the text: which scope, whether of single accounts, and what only its answer says
    "smb Q3 2026": (SMB, False, "80.0%"),
    "company Q3 2026": ((), False, "84.0%"),
    "accounts smb Q3 2026": (SMB, True, "smb-0"),
    "account smb-0": (SMB, True, "smb-0"),
}


def may_see(who: Rights, scope: tuple[tuple[str, str], ...], *, single: bool) -> bool:
    if who.scope is None or who.kind is not UserKind.MEMBER:
        return False
    return set(who.scope) <= set(scope) and (who.detail or not single)


def may_be_posted(
    place: str, who: Rights, scope: tuple[tuple[str, str], ...], *, single: bool
) -> bool:
    if who.role is Role.VIEWER or single:
        return False
    return place == "private" or (place == "approved for smb" and scope == SMB)


def placed(talk: Talk, place: str, user: User) -> Channel:
    if place == "direct":
        return talk.dm(user)
    kind = ChannelKind.PRIVATE if place in ("private", "shared outside") else ChannelKind.PUBLIC
    channel = replace(talk.channel(kind), is_ext_shared=place == "shared outside")
    talk.slack.workspace.put_channel(channel)
    if place == "approved for smb":
        approval = Approval(channel_id=channel.id, scope=SMB)
        with talk.store.write(ledger=False) as session:
            put_approval(session, approval, by="U0", now=utc_now())
    return channel


def people(talk: Talk) -> dict[str, User]:
    found = {}
    for name, rights in PEOPLE.items():
        found[name] = user = talk.slack.workspace.add_user(name, rights.kind)
        if rights.scope is not None:
            talk.grant(user, *rights.scope, role=rights.role, detail=rights.detail)
    return found


def asking(talk: Talk, user: User, channel: Channel) -> Callable[[str], tuple[str, str]]:
    """Return what asks there, and returns what everybody there then reads, and the asker alone."""
    is_direct = channel.kind is ChannelKind.DM

    def ask(text: str) -> tuple[str, str]:
        ts = talk.slack.workspace.next_ts()
        event = {
            "type": "message" if is_direct else "app_mention",
            "user": user.id,
            "text": text if is_direct else mention(talk.slack, text),
            "ts": ts,
            "channel": channel.id,
        }
        payload = event_payload(event, event_id=f"Ev{ts}", event_time=1)
        talk.bot.handlers.attend(talk.bot.handlers.hear(payload))
        there = [one for one in talk.slack.workspace.messages(channel.id) if one.ts > ts]
        alone = [one for one in talk.slack.workspace.ephemerals(user.id) if one.ts > ts]
        others = {one.ephemeral_to for one in talk.slack.workspace.ephemerals() if one.ts > ts}
        assert others <= {user.id}
        return "\n".join(one.text for one in there), "\n".join(one.text for one in alone)

    return ask


def test_each_place_shows_each_person_what_both_may_see(talk: Talk) -> None:
    everybody, judged = people(talk), 0
    for (name, rights), place in product(PEOPLE.items(), PLACES):
        channel = placed(talk, place, everybody[name])
        if not talk.slack.workspace.is_in(everybody[name], channel):
            continue  # an outsider is in shared channels alone
        ask = asking(talk, everybody[name], channel)
        for text, (scope, single, figure) in QUESTIONS.items():
            there, alone = ask(text)
            seen = may_see(rights, scope, single=single)
            posted = seen and may_be_posted(place, rights, scope, single=single)
            said = (name, place, text, there, alone)
            if place == "direct":
                assert (figure in there, bool(there)) == (seen, True), said
            else:
                assert (figure in there) == posted, said
                # a text that cannot be answered is explained, and may say again what was typed
                assert (f"{figure}" in alone) == (seen and not posted) or not seen, said
                assert ("alone" in there) == (seen and not posted), said
                assert bool(alone) != posted, said
            if not seen:
                assert "%" not in there + alone, said
            judged += 1
    assert judged == (len(PEOPLE) * len(PLACES) - 3) * len(QUESTIONS)

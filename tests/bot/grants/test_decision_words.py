from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.access.decisions import Action
from bot.grants.decision_words import _WORDS, decision_sentence
from storage.access.audit import BOT, Entry, Link
from storage.channels import posts
from storage.digests.suspensions import SUSPEND

AT = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
SMB = '[["segment", "smb"]]'


def told(
    action: str,
    *,
    actor: str = "U1",
    scope: str | None = SMB,
    channel: str | None = "C1",
    reason: str | None = None,
) -> str:
    """Return what is said of a decision at half past midnight in Berlin, after its time."""
    entry = Entry(
        at=AT,
        actor=actor,
        team="T1",
        action=action,
        surface="ephemeral",
        decision="deny" if reason else "allow",
        request_id="r1",
        scope=scope,
        channel=channel,
        reason=reason,
    )
    link = Link(id=1, entry=entry, prev_hash="", hash="")
    when, _, said = decision_sentence(link, ZoneInfo("Europe/Berlin")).partition(": ")
    assert when == "29 Nov 2026 00:30"
    return said


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("grant admin U2", "<@U1> made <@U2> administrator of segment:smb."),
        (
            "grant viewer+account_detail S2",
            "<@U1> made <!subteam^S2> viewer of segment:smb with accounts.",
        ),
        ("revoke U2", "<@U1> took from <@U2> what was granted of segment:smb."),
        ("approve C2", "<@U1> approved figures of segment:smb in <#C2>."),
        ("withdraw C2", "<@U1> withdrew the approval of segment:smb in <#C2>."),
        ("claim U1", "<@U1> became the first administrator."),
        ("small_groups show", "<@U1> let everybody who sees figures see small groups."),
        (
            "small_groups hide",
            "<@U1> hid small groups from whoever has no account detail.",
        ),
        ("import 3", "<@U1> imported a file (import 3)."),
        ("import reverse 3", "<@U1> took import 3 back."),
        (
            f"pack {'ab' * 32}",
            "<@U1> packed the books of segment:smb for an audit (abababababab…).",
        ),
        ("ask", "<@U1> asked about segment:smb in <#C1>."),
        ("share", "<@U1> shared figures of segment:smb in <#C1>."),
        ("a_new_action", "<@U1> a new action segment:smb in <#C1>."),
    ],
)
def test_a_decision_is_a_sentence(action: str, said: str) -> None:
    assert told(action) == said


def test_a_refusal_says_what_was_tried_and_why_not() -> None:
    assert told("share", reason="not_approved") == (
        "<@U1> tried to share figures of segment:smb in <#C1>, and was refused (not approved)."
    )
    assert told("ask", scope=None, channel=None, reason="no_grant") == (
        "<@U1> tried to ask about figures, and was refused (no grant)."
    )
    assert told("revoke U2", scope=None, reason="last_administrator") == (
        "<@U1> tried to take from <@U2> what was granted of everything, and was refused (last"
        " administrator)."
    )


def test_the_operator_and_the_bot_have_names_too() -> None:
    assert told("revoke U2", actor="command line", scope=None, channel=None) == (
        "somebody at the command line took from <@U2> what was granted of everything."
    )
    assert told(SUSPEND, actor=BOT) == "nrrbot suspended a digest of segment:smb in <#C1>."


def test_names_of_segments_neither_ping_nor_link() -> None:
    assert "<!channel>" not in told("ask", scope='[["segment", "<!channel>"]]')


def test_every_action_has_its_words() -> None:
    own = {SUSPEND, posts.SHARED, posts.UNSHARED, posts.DELETED}

    assert {*Action, *own} <= set(_WORDS)

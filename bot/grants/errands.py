"""What the lines of ``nrrbot access`` and ``nrrbot audit`` do, each of them one errand."""

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.access.decisions import COMMAND_LINE, Action, Reach
from bot.access.gate import Gate
from bot.access.records import Records
from bot.access.wiring import build_gate
from bot.answers.answer import Reply
from bot.answers.asking import Asking
from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.config import Settings
from bot.console import out, print_json
from bot.errors import UsageError
from bot.grants.command import read_grant
from bot.grants.granting import Granting, grant_words, read_channel, read_grantee, scope_words
from bot.grants.reasons import explain
from bot.slack.client import find_workspace, slack_client
from bot.slack.sent import Asker
from metrics.rollup import Scope
from storage.access import audit
from storage.access.grants import Approval, Grant
from storage.store.engine import Store

OPERATOR = Asker(user_id="command line", team_id="", channel_id="", response_url="")
"""Whoever runs the bot: they hold the store, and need no grant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessBench:
    """What every errand works with."""

    settings: Settings
    store: Store
    granting: Granting

    @classmethod
    def ready(cls) -> "AccessBench":
        """Return it, on a store that is at head.

        Raises
        ------
        SettingsError, StorageError
            If it is not.
        """
        place = Workplace.ready()
        granting = Granting(
            store=place.store,
            records=Records(store=place.store, now=utc_now, admin_id=place.settings.nrrbot_admin),
            vocabulary=place.answers.vocabulary,
            today=place.answers.today,
        )
        return cls(settings=place.settings, store=place.store, granting=granting)

    def scope_or_all(self, words: list[str]) -> Scope | None:
        """Return a scope; None if nothing was typed."""
        return self.granting.read_scope(words) if words else None


def gate_for(settings: Settings, store: Store, user_id: str) -> tuple[Gate, Asker]:
    """Return a gate, and somebody as if they asked it.

    Raises
    ------
    SettingsError
        If Slack cannot be asked who they are.
    """
    client = slack_client(settings)
    workspace = find_workspace(client)
    gate = build_gate(settings, store=store, client=client, workspace=workspace)
    return gate, replace(OPERATOR, user_id=read_grantee(user_id), team_id=workspace.team_id)


def ask_as(
    user: str, text: str, answer: Callable[..., Reply], *, settings: Settings, exports: bool
) -> Reply:
    """Answer as far as a user may see it, at the command line; it is audited as theirs.

    Raises
    ------
    AccessDeniedError
        If they may not see that, or not have the accounts where it ``exports`` those.
    """
    store = Store(settings.database_url.get_secret_value())
    gate, asker = gate_for(settings, store, user)
    reply = Asking(answer=answer, gate=gate).ask(text, asker, surface=COMMAND_LINE).reply
    if exports:
        reach = Reach(scope=reply.question.scope, account_detail=True)
        version = reply.data_version
        gate.note(asker, Action.EXPORT, reach, COMMAND_LINE, data_version=version)
    return reply


def grant_access(words: list[str], *, account_detail: bool) -> None:
    """Store a grant, and say what it lets somebody do."""
    bench = AccessBench.ready()
    grant = replace(read_grant(words, bench.granting), account_detail=account_detail)
    warning = bench.granting.grant(grant, by=OPERATOR, surface=COMMAND_LINE)
    say(f"{grant.grantee_id} is now {grant_words(grant)}.")
    if warning:
        say(warning)


def revoke_access(grantee: str, words: list[str]) -> None:
    """Take back what somebody may see."""
    bench = AccessBench.ready()
    grantee_id = read_grantee(grantee)
    scope = bench.scope_or_all(words)
    taken = bench.granting.revoke(grantee_id, scope, by=OPERATOR, surface=COMMAND_LINE)
    say(f"{grantee_id} is no longer {'; '.join(map(grant_words, taken))}.")


def list_access(*, as_json: bool) -> None:
    """Print every grant and every approval."""
    grants, approvals = AccessBench.ready().granting.listed()
    if as_json:
        print_json(
            {
                "grants": list(map(_grant_document, grants)),
                "approvals": [
                    {"channel": each.channel_id, "scope": dict(each.scope)} for each in approvals
                ],
            }
        )
        return
    for grant in grants:
        say(f"{grant.grantee_id}: {grant_words(grant)}")
    for approval in approvals:
        say(f"{approval.channel_id}: approved for {scope_words(approval.scope)}")
    if not (grants or approvals):
        say("Nothing is granted yet: `nrrbot access grant U012AB3CD viewer company` begins.")


def explain_access(user: str, words: list[str], *, channel_id: str | None) -> None:
    """Print why somebody may see something, or may not."""
    bench = AccessBench.ready()
    reach = Reach(scope=bench.granting.read_scope(words))
    gate, subject = gate_for(bench.settings, bench.store, user)
    for step in explain(gate, subject, reach, channel_id=channel_id):
        say(step)


def approve_channel(channel: str, words: list[str]) -> None:
    """Let figures be posted in a public channel."""
    bench = AccessBench.ready()
    approval = Approval(channel_id=_channel(channel), scope=bench.granting.read_scope(words))
    bench.granting.approve(approval, by=OPERATOR, surface=COMMAND_LINE)
    say(f"Figures of {scope_words(approval.scope)} may now be posted in {approval.channel_id}.")


def withdraw_channel(channel: str, words: list[str]) -> None:
    """Let figures be posted in a public channel no more."""
    bench = AccessBench.ready()
    channel_id, scope = _channel(channel), bench.scope_or_all(words)
    taken = bench.granting.withdraw(channel_id, scope, by=OPERATOR, surface=COMMAND_LINE)
    about = "; ".join(scope_words(each.scope) for each in taken)
    say(f"{channel_id} is no longer approved for {about}.")


def verify_audit() -> None:
    """Check the audit, and print its newest number and hash, to be noted elsewhere.

    Raises
    ------
    AuditBrokenError
        If an entry was changed or removed.
    """
    bench = AccessBench.ready()
    with bench.store.read() as session:
        newest = audit.verify(session)
    if newest is None:
        say("Nothing was decided yet.")
    else:
        say(f"All {newest.id} entries are as they were written; the newest is {newest.hash}.")


def export_audit(*, as_json: bool) -> None:
    """Print every entry, the oldest first."""
    bench = AccessBench.ready()
    with bench.store.read() as session:
        documents = (link.document() for link in audit.every(session))
        if as_json:
            print_json({"entries": list(documents)})
            return
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(audit.COLUMNS)
        writer.writerows(document.values() for document in documents)


def say(text: str) -> None:
    """Print a sentence as it is."""
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def _channel(text: str) -> str:
    channel_id = read_channel(text)
    if channel_id is None:
        raise UsageError("name the channel by its id, such as C012AB3CD: its details show it")
    return channel_id


def _grant_document(grant: Grant) -> dict[str, object]:
    return {
        "grantee": grant.grantee_id,
        "role": grant.role,
        "scope": dict(grant.scope),
        "account_detail": grant.account_detail,
    }

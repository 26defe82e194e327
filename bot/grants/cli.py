"""``nrrbot access``: who may see what, and where it may be posted."""

from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Annotated

import typer

from bot.access.decisions import COMMAND_LINE, Reach
from bot.access.gate import Gate
from bot.access.records import Records
from bot.access.wiring import gate_and_asker
from bot.access.wording import at_terminal, grant_words, said_scope
from bot.answers.workplace import Workplace
from bot.console import AsJson, print_json, say
from bot.errors import SettingsError, UsageError
from bot.grants.command import listed_grant, read_grant, read_small_groups, small_groups_words
from bot.grants.granting import Granting, read_channel, read_grantee
from bot.grants.reasons import explain
from bot.grants.standing import standing_of
from bot.slack.sent import OPERATOR
from storage.access.grants import Approval, Grant

access = typer.Typer(no_args_is_help=True, add_completion=False)

Words = Annotated[
    list[str] | None,
    typer.Argument(help="company, enterprise, industry=fintech; several words narrow it down."),
]
Granted = Annotated[
    list[str] | None,
    typer.Argument(
        help="company, industry=fintech; then `with accounts` for single accounts, too."
    ),
]
Grantee = Annotated[str, typer.Argument(help="The id of a user, or of a user group.")]
Channel = Annotated[str, typer.Argument(help="The channel's id.")]


class AccessWorkplace(Workplace):
    """A workplace that also changes who may see what."""

    @cached_property
    def granting(self) -> Granting:
        """The grants and approvals, as they are changed."""
        return Granting(
            store=self.store,
            records=Records.of(self.store, self.settings),
            surface=COMMAND_LINE,
            vocabulary=self.answers.vocabulary,
            today=self.today,
            standing=self._standing,
        )

    def _standing(self, grantee_id: str, *, fresh: bool = False) -> str | None:
        return None if self._gate is None else standing_of(self._gate, grantee_id, fresh=fresh)

    @cached_property
    def _gate(self) -> Gate | None:
        with suppress(SettingsError):  # whoever only sets a store up has no token yet
            return gate_and_asker(self.settings, store=self.store, user_id="")[0]
        return None


@access.command()
def grant(
    grantee: Grantee,
    role: Annotated[str, typer.Argument(help="viewer, analyst or admin.")],
    scope: Granted = None,
    *,
    account_detail: Annotated[
        bool, typer.Option("--account-detail", help="The same as `with accounts`.")
    ] = False,
) -> None:
    """Let somebody, or everybody in a user group, see figures."""
    granting = AccessWorkplace.at_head().granting
    # The same words as after `/nrr access grant`: those that give account detail are among them.
    read = read_grant([grantee, role, *(scope or [])], granting)
    granted = replace(read, account_detail=read.account_detail or account_detail)
    for sentence in granting.grant(granted, by=OPERATOR).sentences(granted.grantee_id):
        say(sentence)


@access.command()
def revoke(grantee: Grantee, scope: Words = None) -> None:
    """Take back what somebody may see of a scope, or all of it."""
    granting = AccessWorkplace.at_head().granting
    grantee_id = read_grantee(grantee)
    taken = granting.revoke(grantee_id, granting.read_scope_or_all(scope), by=OPERATOR)
    say(f"{grantee_id} is no longer {'; '.join(map(grant_words, taken))}.")


@access.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """Show every grant, and every public channel that is approved."""
    granting = AccessWorkplace.at_head().granting
    grants, approvals = granting.listed()
    if as_json:
        print_json(
            {
                "grants": [
                    {**_grant_document(each), "sees_nothing": granting.standing(each.grantee_id)}
                    for each in grants
                ],
                "approvals": [
                    {"channel": each.channel_id, "scope": dict(each.scope)} for each in approvals
                ],
            }
        )
        return
    for each in grants:
        say(listed_grant(each, each.grantee_id, granting=granting))
    for approval in approvals:
        say(f"{approval.channel_id}: approved for {said_scope(approval.scope)}")
    if granting.shows_small_groups():
        say(small_groups_words(are_shown=True))
    if not (grants or approvals):
        say("Nothing is granted yet: `nrrbot access grant U012AB3CD viewer company` begins.")


@access.command()
def why(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    scope: Words = None,
    *,
    channel: Annotated[str | None, typer.Option(help="The id of a channel to share in.")] = None,
) -> None:
    """Explain step by step whether somebody may see something; Slack is asked who they are."""
    place = AccessWorkplace.at_head()
    reach = Reach(scope=place.granting.read_scope(scope or []))
    gate, asker = gate_and_asker(place.settings, store=place.store, user_id=read_grantee(user))
    # By the gate that Slack's questions pass, so that what is explained is what is decided.
    for step in explain(gate, asker, reach, channel_id=channel):
        say(step if channel is None else at_terminal(step, channel, reach.scope))


@access.command()
def approve(channel: Channel, scope: Words = None) -> None:
    """Let figures be posted in a public channel."""
    granting = AccessWorkplace.at_head().granting
    # To approve takes a scope, `company` at least; only to take back may be without one.
    approval = Approval(channel_id=_read_channel(channel), scope=granting.read_scope(scope or []))
    granting.approve(approval, by=OPERATOR)
    say(f"Figures of {said_scope(approval.scope)} may now be posted in {approval.channel_id}.")


@access.command()
def withdraw(channel: Channel, scope: Words = None) -> None:
    """Let figures be posted in a public channel no more."""
    granting = AccessWorkplace.at_head().granting
    channel_id = _read_channel(channel)
    taken = granting.withdraw(channel_id, granting.read_scope_or_all(scope), by=OPERATOR)
    about = "; ".join(said_scope(each.scope) for each in taken)
    say(f"{channel_id} is no longer approved for {about}.")


@access.command()
def small_groups(
    shown: Annotated[str, typer.Argument(help="show or hide.", metavar="show|hide")],
) -> None:
    """Show groups of fewer than five accounts to everybody who sees figures, or hide them."""
    are_shown = read_small_groups([shown])
    AccessWorkplace.at_head().granting.set_small_groups(are_shown=are_shown, by=OPERATOR)
    say(small_groups_words(are_shown=are_shown))


def _read_channel(text: str) -> str:
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

"""``nrrbot access``: who may see what, and where it may be posted."""

from typing import Annotated

import typer

access = typer.Typer(help="Say who may see what, and where it may be posted.", no_args_is_help=True)

Words = Annotated[
    list[str] | None,
    typer.Argument(help="company, enterprise, industry=fintech; several words narrow it down."),
]
Grantee = Annotated[str, typer.Argument(help="The id of a user, or of a user group.")]
Channel = Annotated[str, typer.Argument(help="The channel's id.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


@access.command("grant")
def grant(
    grantee: Grantee,
    role: Annotated[str, typer.Argument(help="viewer, analyst or admin.")],
    scope: Words = None,
    *,
    account_detail: Annotated[
        bool, typer.Option("--account-detail", help="Also single accounts and small cohorts.")
    ] = False,
) -> None:
    """Let somebody, or everybody in a user group, see figures."""
    from bot.grants.errands import grant_access  # noqa: PLC0415 - slow to load for other lines

    grant_access([grantee, role, *(scope or [])], account_detail=account_detail)


@access.command("revoke")
def revoke(grantee: Grantee, scope: Words = None) -> None:
    """Take back what somebody may see of a scope, or all of it."""
    from bot.grants.errands import revoke_access  # noqa: PLC0415 - slow to load

    revoke_access(grantee, scope or [])


@access.command("list")
def list_all(*, as_json: Json = False) -> None:
    """Show every grant, and every public channel that is approved."""
    from bot.grants.errands import list_access  # noqa: PLC0415 - slow to load

    list_access(as_json=as_json)


@access.command("why")
def why(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    scope: Words = None,
    *,
    channel: Annotated[str | None, typer.Option(help="The id of a channel to share in.")] = None,
) -> None:
    """Explain step by step whether somebody may see something; Slack is asked who they are."""
    from bot.grants.errands import explain_access  # noqa: PLC0415 - slow to load

    explain_access(user, scope or [], channel_id=channel)


@access.command("approve")
def approve(channel: Channel, scope: Words = None) -> None:
    """Let figures be posted in a public channel."""
    from bot.grants.errands import approve_channel  # noqa: PLC0415 - slow to load

    approve_channel(channel, scope or [])


@access.command("withdraw")
def withdraw(channel: Channel, scope: Words = None) -> None:
    """Let figures be posted in a public channel no more."""
    from bot.grants.errands import withdraw_channel  # noqa: PLC0415 - slow to load

    withdraw_channel(channel, scope or [])

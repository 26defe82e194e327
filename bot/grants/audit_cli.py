"""``nrrbot audit``: the record of decisions, checked and copied."""

from typing import Annotated

import typer

audit = typer.Typer(help="Check and copy the record of decisions.", no_args_is_help=True)


@audit.command("verify")
def verify() -> None:
    """Check that no entry was changed or removed."""
    from bot.grants.errands import verify_audit  # noqa: PLC0415 - slow to load for other lines

    verify_audit()


@audit.command("export")
def export(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, not CSV.")] = False,
) -> None:
    """Print every entry, as CSV or as JSON."""
    from bot.grants.errands import export_audit  # noqa: PLC0415 - slow to load

    export_audit(as_json=as_json)

"""The link in README.md that opens Slack with the manifest filled in."""

import re
from pathlib import Path

from bot.setup.slack_manifest import creation_link, manifest_text

README = Path(__file__).parents[2] / "README.md"


def with_link(readme: str) -> str:
    """Put the link of today's manifest in the place of the one that stands there."""
    return re.sub(
        r"(?m)^\[slack-app\]: .*$", f"[slack-app]: {creation_link(manifest_text())}", readme
    )

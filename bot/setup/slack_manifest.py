"""Slack's manifest for Socket Mode or signed HTTP, and the link that carries it."""

import re
from urllib.parse import quote, urlsplit

from bot.errors import UsageError
from bot.setup.templates import MANIFEST, read_template

_CREATION = "https://api.slack.com/apps?new_app=1&manifest_yaml="
_COMMENT = re.compile(r"(?:^|\s+)#.*")


_AGENT_SCOPE = "      - assistant:write # suggest questions, where the app is an agent\n"
_AGENT = """
  agent_view: # whoever opens it is suggested three questions that are answered
    agent_description: Answers how much recurring revenue stayed, and why
"""


def manifest_text(*, http: str | None = None, is_agent: bool = False) -> str:
    """Write the manifest; with an address, for signed HTTP there; or as an agent's.

    Raises
    ------
    UsageError
        If the address is none that Slack can call.
    """
    text = _of_agent(read_template(MANIFEST)) if is_agent else read_template(MANIFEST)
    return text if http is None else _over_http(text, _endpoint(http))


def creation_link(manifest: str) -> str:
    r"""Write the link that opens Slack's form for a new app with the manifest filled in.

    Examples
    --------
    >>> creation_link("# An app\nfeatures:\n  bot_user: # as nrr\n")
    'https://api.slack.com/apps?new_app=1&manifest_yaml=features%3A%0A%20%20bot_user%3A%0A'
    """
    # A colour begins with the same sign, but in quotes: neither a line nor after a space.
    lines = (_COMMENT.sub("", line) for line in manifest.splitlines())
    return _CREATION + quote("".join(f"{line}\n" for line in lines if line), safe="")


def _endpoint(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
        raise UsageError(
            "--http takes the address that Slack calls, such as https://nrr.example.com,"
            f" not {address!r}"
        )
    return f"https://{parts.netloc}/slack/events"


def _of_agent(text: str) -> str:
    # Slack wants the scope of every agent: there it can be left out no more
    text = text.replace(_AGENT_SCOPE, "").replace("    bot:\n", f"    bot:\n{_AGENT_SCOPE}", 1)
    text = re.sub(r"(?m)^  # Agents take .*\n", "", text)
    return text.replace("features:\n", f"features:{_AGENT}", 1)


def _over_http(text: str, endpoint: str) -> str:
    edits = {
        r"(?m)^( *)(- command: .*)$": rf"\1\2\n\1  url: {endpoint}",
        r"(?m)^( *)(event_subscriptions:)$": rf"\1\2\n\1  request_url: {endpoint}",
        r"(?m)^( *)(interactivity:)$": rf"\1\2\n\1  request_url: {endpoint}",
        "socket_mode_enabled: true": "socket_mode_enabled: false",
    }
    for pattern, replacement in edits.items():
        text = re.sub(pattern, replacement, text)
    return text

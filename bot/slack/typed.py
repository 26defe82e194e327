"""Text that people type, without the markup that Slack puts into it."""

import html
import re

_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^<>|]*(?:\|([^<>]*))?>")
# Bounded: of a text of marks alone each would look through all that follows it.
_MARKED = re.compile(r"(?<![\w\"'])(```|[`*_~])(?=\S)(.{1,300}?)(?<=\S)\1(?![\w\"'])")
_NESTED = 4  # as many kinds of marks there are
_LINE = re.compile(r"^\s*(?:&gt;|[\u2022\u25e6\u25aa])\s*", re.MULTILINE)


def typed_text(sent: str) -> str:
    r"""Write on one line what was typed: an example may have been copied with its formatting.

    Examples
    --------
    >>> typed_text("&gt; *smb* `by plan`\nR&amp;D mid_market"), typed_text('"*smb*"')
    ('smb by plan R&D mid_market', '"*smb*"')
    >>> typed_text("account <http://acme.io|acme.io>")  # whatever looks like a link becomes one
    'account acme.io'
    """
    plain = " ".join(_LINE.sub("", _LINK.sub(lambda link: link[1] or "", sent)).split())
    for _ in range(_NESTED):
        plain = _MARKED.sub(r"\2", plain)
    return html.unescape(plain)

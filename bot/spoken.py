"""Commands in a sentence: what people say where they mean a word behind the slash."""

import re
from collections.abc import Container

_ENDS = " \t.!?…"
_SAID = {
    "alert {rest}": r"""
        (?:please\ )?(?:tell|let|notify|warn|ping|message|remind)\ (?:me|us)(?:\ know)?
        \ (?:when(?:ever)?|if|once|as\ soon\ as)
        \ (?=.*[0-9])
        (?P<rest>.*\b(?:below|under|less\ than|lower\ than|drop|fall|dip|declin|decreas|lose).*)
        """,
    "help": r"""
        help\ (?:me|us|please|pls)|i\ need\ help
        |(?:who|what)\ are\ you|who\ is\ this|what\ is\ this(?:\ bot)?
        |what\ (?:else\ )?(?:can|do)\ (?:you|i|we)\ (?:do|ask|say|type)(?:\ you|\ here)?
        |how\ (?:do\ (?:you\ work|i\ use\ (?:you|this))|does\ (?:this|it)\ work)
        """,
    "help {rest}": r"""
        help\ (?:me\ )?(?:with|on|about)\ (?P<rest>\w+)
        """,
    "help example": r"""
        (?:define|explain|definition\ of|meaning\ of|help)\ (?:nrr|ndr|grr)
        |what\ (?:does|do)\ (?:nrr|ndr|grr)\ (?:mean|stand\ for)|glossary
        |(?:what(?:'?s|\ is)\ the\ )?difference\ between\ (?:nrr|ndr)\ and\ grr
        |(?:nrr|ndr)\ (?:vs|versus|or)\ grr
        """,
    "access list": r"""
        who\ (?:else\ )?(?:(?:can|may)\ see|sees)
        \ (?:this|that|it|them|these|(?:(?:the|our)\ )?figures)
        """,
    "annualise {rest}": r"""
        (?:convert\ |what(?:'?s|\ is)\ )?(?P<rest>[0-9.,]{1,9}\ ?%?)
        (?:\ (?:(?:a|per)\ month|monthly)|\ (?:to|in|over)\ (?:an?\ )?(?:annual|year(?:ly)?)){1,2}
        (?:\ rate|\ nrr)?
        """,
    "profile {rest}": r"""
        is\ (?:an?\ )?(?:(?:nrr|net\ revenue\ retention)\ (?:of\ )?)?(?P<rest>[0-9.,]{1,9}\ ?%?)
        \ (?:an?\ )?(?:good|bad|okay|ok|healthy|normal|fine|high|low)
        (?:\ (?:nrr|net\ revenue\ retention|retention))?(?:\ for\ us)?
        """,
    "profile": r"""
        what(?:'s|\ is)\ (?:an?\ )?(?:good|healthy|normal|usual)
        \ (?:nrr|net\ revenue\ retention|retention)
        """,
}
_PATTERNS = {typed: re.compile(said, re.IGNORECASE | re.VERBOSE) for typed, said in _SAID.items()}
"""Sentences by the words to type instead."""


def as_typed(text: str, names: Container[str]) -> str:
    """Write a sentence that means a command as that is typed; any other text as it is.

    Parameters
    ----------
    names : container of str
        The commands that there are.

    Examples
    --------
    >>> as_typed("What can you do?", {"help"}), as_typed("What can you do?", {"alert"})
    ('help', 'What can you do?')
    >>> as_typed("tell me when smb drops below 90%", {"alert"})
    'alert smb drops below 90%'
    """
    said = " ".join(text.replace("\u2019", "'").split()).rstrip(_ENDS)
    for typed, pattern in _PATTERNS.items():
        if (found := pattern.fullmatch(said)) and typed.split()[0] in names:
            return typed.format_map(found.groupdict())
    return text

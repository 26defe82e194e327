"""Polite words around a question, which are no part of it."""

import re

_ASKING = r"(?:could|can|would|will) (?:you|u|i|we)(?: (?:please|kindly|quickly|maybe|mind))*"
_LEADING = (
    *("hey", "hi", "hello", "hallo", "good (?:morning|afternoon|evening)", "dear", "there"),
    *("nrr ?bot", "bot", "team", "please", "pls", "plz", "kindly"),
    *("(?:all|everyone|everybody)(?! (?:but|except)\\b)",),
    *(
        "(?:thanks|thank you)(?: so much| very much| a lot)?",
        "thx",
        "great",
        "cool",
        "perfect",
        "nice",
        "got it",
        "never ?mind",
        "nvm",
        "forget it",
        "no worries",
        "all good",
        "ah",
        "oh",
        "hm+",
        "um+",
    ),
    *("ok", "okay", "well", "so", "sorry", "quick question", "one more", _ASKING),
    *(r"(?:i|we)(?:'d| would)? (?:like|love|want|need) to (?:know|see|have|understand)",),
    *(r"(?:i'm|i am|we are) (?:wondering|curious)(?: about)?", "do you know", "any idea"),
    *(r"let me (?:know|see)(?! (?:when|if|once)\b)",),
    *(r"(?:tell|show|give|get|send)(?:ing)? (?:me|us)(?! (?:when|if|once)\b)",),
    *(r"same(?: thing| question)?(?= (?:for|but|with|by|in)\b)", "no(?=,)", "i meant?"),
    *(r"(?:make|change|switch) (?:it|that|this)(?: to)?", "switch to", r"<[@!][^<>]*>"),
    *("and", "but", "also", "then", "now", "only", "just", "what about", "how about"),
)
_TRAILING = (
    *("please", "pls", "thanks", "thank you", "many thanks", "thx", "ty", "cheers", "again"),
    *("so much", "very much", "a lot", "in advance", "for me", "for us", "if you can", "too"),
    *("as well", "instead", "then", r"(?:cc|fyi):?(?:[\s,]*<[@!][^<>]*>)+"),
)
_GAP = r"[\s,.!?;:…-]*"
_EMOJI = re.compile(  # as Slack writes them, and as a terminal does
    r"(?<!\S)(?::[a-z0-9_+'-]+:)+(?=[\s,.!?;…]|$)|[\u2600-\u27bf\U0001f000-\U0001faff]",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"{_GAP}(?:{'|'.join(_LEADING)})(?=[\s,.!?;…]|$)", re.IGNORECASE)
_AFTER = re.compile(rf"(?:^|(?<=[\s,.!?;…]))(?:{'|'.join(_TRAILING)}){_GAP}$", re.IGNORECASE)
GREETING = "hello"
"""What stands for a sentence of polite words alone: the grammar knows it as a greeting."""
_MOST_WORDS = 60  # a longer text is refused as it is


def without_courtesy(text: str) -> str:
    """Leave the question out of a sentence of somebody who asks politely; empty where it has none.

    Examples
    --------
    >>> without_courtesy("Hey, could you please tell me how is enterprise doing? Thanks!")
    'how is enterprise doing?'
    >>> without_courtesy("and smb?"), without_courtesy("thank you so much :pray:")
    ('smb?', '')
    >>> without_courtesy("<@U1> how is smb doing? cc <@U2>")
    'how is smb doing?'
    """
    rest = text.replace("\u2019", "'").strip()
    if len(rest.split()) > _MOST_WORDS:
        return rest
    rest = _EMOJI.sub(" ", rest).strip()
    while (found := _BEFORE.match(rest)) or (found := _AFTER.search(rest)):
        rest = (rest[: found.start()] + rest[found.end() :]).strip()
    return rest.lstrip(" ,.!?;:…").rstrip(" ,;:")

"""Names of sources in columns of the ids that they know accounts by, such as ``external_id:x``."""

import re

IDS = "external_id_"
"""The beginning of these columns' plain names."""
_NO_WORD = re.compile(r"\W+")


def source_name(source: str) -> str:
    """Name a source as such a column does; what was appended as another source is of it, too.

    Examples
    --------
    >>> source_name("stripe"), source_name("movements:march.csv")
    ('stripe', 'movements')
    """
    return _NO_WORD.sub("_", source.partition(":")[0].casefold()).strip("_")

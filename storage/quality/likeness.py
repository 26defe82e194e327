"""Likeness of the names of companies: what is left of a name once its legal form is off."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_FORMS = frozenset(
    (
        *("ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "eurl"),
        *("gmbh", "group", "holding", "holdings", "inc", "incorporated", "kg", "kk", "limited"),
        *("llc", "llp", "ltd", "mbh", "nv", "oy", "oyj", "plc", "pte", "pty", "sa", "sarl", "sas"),
        *("se", "spa", "srl", "the", "ug"),
    )
)
"""Words of legal forms, and others that tell no company from another."""
_FREE_MAIL = frozenset(
    ("gmail", "googlemail", "gmx", "hotmail", "icloud", "outlook", "proton", "protonmail", "yahoo")
)
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:[^/@\s]+@)?(?P<host>[a-z0-9-]+)(?:\.[a-z]{2,})+(?:/\S*)?"
)
_WORD = re.compile(r"[^\W_]+")
_LEAST = 4  # characters: shorter names are alike by chance
_ALIKE = 88  # of 100: a slip of the keyboard, not another name
_COMMON = 200  # names with the same beginning: then it says nothing


def plain_company(text: str) -> str:
    """Take a name, a web address or an e-mail address down to what tells a company.

    Examples
    --------
    >>> [plain_company(text) for text in ("ACME, Inc.", "https://www.acme.com/de", "jo@acme.co.uk")]
    ['acme', 'acme', 'acme']
    >>> plain_company("Crème & Brûlée Ltd")
    'cremebrulee'
    >>> plain_company("jo@gmail.com")  # a person's, and nobody's company
    ''
    """
    plain = text.strip().casefold()
    if not plain.isascii():
        folded = unicodedata.normalize("NFKD", plain)
        plain = "".join(each for each in folded if not unicodedata.combining(each))
    if found := _ADDRESS.fullmatch(plain):
        return "" if found["host"] in _FREE_MAIL else found["host"].replace("-", "")
    words = _WORD.findall(plain)
    return "".join([word for word in words if word not in _FORMS] or words)


@dataclass(slots=True)
class KnownCompanies:
    """Companies by their plain names; two of the same name match nothing."""

    by_name: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_start: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, texts: Mapping[int, Iterable[str]]) -> "KnownCompanies":
        """Take up all that companies are called, by their number."""
        known = cls()
        for number, names in texts.items():
            for name in {plain_company(each) for each in names}:
                if len(name) >= _LEAST:
                    known.by_name[name].add(number)
        for name in known.by_name:
            known.by_start[name[:_LEAST]].append(name)
        return known

    def match(self, texts: Iterable[str]) -> int | None:
        """Find the one company that is called like one of some texts, or nearly so."""
        names = [name for each in texts if len(name := plain_company(each)) >= _LEAST]
        found = {number for name in names for number in self.by_name.get(name, ())}
        if not found:
            found = {number for name in names for number in self._near(name)}
        return found.pop() if len(found) == 1 else None

    def _near(self, name: str) -> set[int]:
        among = self.by_start.get(name[:_LEAST], [])
        if not among or len(among) > _COMMON:
            return set()
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow to load, and seldom needed

        near = process.extract(name, among, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2)
        return {number for other, _, _ in near for number in self.by_name[other]}

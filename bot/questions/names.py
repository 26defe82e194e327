"""What people call currencies and dimensions, and the words beside their names."""

from collections.abc import Mapping

IN = "in"
"""The word before a currency."""
MAY = frozenset({"may i", "may see"})
"""Phrases in which May is no month."""
RANKED = frozenset(
    (
        *("which", "what", "each", "every", "all", "across", "all the", "the different"),
        *("worst", "best", "top", "biggest", "largest", "weakest", "strongest", "lowest"),
        *("highest", "worst performing", "best performing", "fastest growing"),
    )
)
"""Phrases that ask for the values of the dimension that follows."""
LACKING = frozenset(
    f"{said}{article}"
    for said in (
        "without",
        "with no",
        "have no",
        "has no",
        "no",
        "lack",
        "lacks",
        "lacking",
        "missing",
    )
    for article in ("", " a", " an", " any")
)
"""Phrases that ask for the accounts without a value of the dimension that follows."""
CURRENCY_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("euro", "euros", "€"), "EUR"),
    **dict.fromkeys(("dollar", "dollars", "us dollars", "$"), "USD"),
    **dict.fromkeys(("pound", "pounds", "pounds sterling", "sterling", "£"), "GBP"),
    **dict.fromkeys(("yen", "¥"), "JPY"),
    **dict.fromkeys(("franc", "francs", "swiss francs"), "CHF"),
}
"""Currencies by the folded names that people call them."""
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "acv_tier": (
        *("customer size", "account size", "company size", "contract size", "deal size"),
        *("size", "size band", "acv", "acv band", "contract value"),
    ),
    "tenure": ("age", "customer age", "account age"),
    "owner": ("account manager", "account owner", "csm", "customer success manager", "rep"),
    "industry": ("vertical", "sector"),
    "region": ("geo", "geography", "country"),
    "channel": ("source", "acquisition channel"),
    "segment": ("customer segment",),
    "plan": ("package", "pricing plan"),
    "product": ("product line",),
}
"""Other names of dimensions, for those that a ledger has under the first."""

"""Words that account names are made of; the companies are invented."""

from random import Random

_PLACES = (
    "acme", "alderwick", "amberholt", "ashgrove", "birchmoor", "bluefern", "bramblecote",
    "brightwater", "cedarlane", "copperhill", "cranwick", "dunmarrow", "eastmere", "elmhollow",
    "fairbeck", "fernhollow", "foxglen", "goldcrest", "greyharbor", "hawkmoor", "hazelford",
    "inkwell", "ironbrook", "juniperdale", "kestrelway", "larkfield", "limewood", "lowmeadow",
    "maplerun", "marblegate", "moorfield", "northbeck", "oakhaven", "oldbarn", "otterbridge",
    "pebbleton", "pinecroft", "quillstone", "ravensby", "redthorn", "rivermead", "saltmarsh",
    "silverlea", "stonebeck", "swiftbrook", "thistledown", "umberfield", "violetmoor",
    "westmarch", "whitcombe", "willowby", "yarrowdale",
)  # fmt: skip

_TRADES = {
    "fintech": ("credit", "ledgers", "lending", "payments"),
    "healthcare": ("care", "clinics", "diagnostics", "health"),
    "retail": ("grocers", "outfitters", "stores", "supply"),
    "manufacturing": ("castings", "robotics", "tooling", "works"),
    "logistics": ("couriers", "depots", "freight", "haulage"),
    "education": ("academy", "learning", "schools", "tutors"),
    "media": ("films", "press", "radio", "studios"),
    "software": ("analytics", "cloud", "labs", "systems"),
}


def account_name(random: Random, *, industry: str, number: int, width: int) -> str:
    """Return a readable account id, as in ``acme-robotics-0001``; ``number`` makes it unique."""
    return f"{random.choice(_PLACES)}-{random.choice(_TRADES[industry])}-{number:0{width}d}"

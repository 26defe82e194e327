"""Decisions of the audit as sentences, with people and channels by their names in Slack."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from bot.access.decisions import Action
from bot.access.wording import WITH_ACCOUNTS, role_words, said_scope
from bot.slack.ids import is_channel, is_group, is_person, mention
from bot.slack.sent import OPERATOR
from bot.style.names import escaped, plural
from storage.access.audit import Entry, Link, Tally
from storage.access.grants import Role
from storage.tables.scopes import read_scope_text

DETAIL = "+account_detail"
"""Follows the role in the action of a grant with account detail."""

_WORDS: Mapping[str, tuple[str, str]] = {
    Action.ASK: ("asked about", "ask about"),
    Action.OWN_ALERT: ("used an alert on", "use an alert on"),
    Action.SHARE: ("shared figures of", "share figures of"),
    Action.SUBSCRIBE: ("changed a digest of", "have a digest of"),
    Action.EXPORT: ("exported the accounts of", "export the accounts of"),
    Action.IMPORT: ("imported", "import"),
    Action.RULES: ("changed an alert that is not theirs", "change an alert that is not theirs"),
    Action.GOALS: ("changed the profile or goals", "change the profile or goals"),
    Action.GRANTS: ("looked at or changed grants", "look at or change grants"),
    Action.AUDIT: ("read the audit", "read the audit"),
    Action.DATA: ("looked at how good the data is", "look at how good the data is"),
    "approve": ("approved figures of", "approve figures of"),
    "withdraw": ("withdrew the approval of", "withdraw the approval of"),
    "suspend": ("suspended a digest of", "suspend a digest of"),
    "channel_moved": ("found that the channel has another id", ""),
    "channel_shared": ("found that another company reads the channel", ""),
    "channel_unshared": ("found that no other company reads the channel any more", ""),
    "delete_posts": ("had my posts deleted", "have my posts deleted"),
    "posts_deleted": ("deleted my posts", ""),
}
"""How an action is said once it was done, and how after "tried to"."""


def decision_sentence(link: Link, zone: ZoneInfo) -> str:
    """Say when who did what, or why they did not, in Slack's markup."""
    entry = link.entry
    said = _refused(entry) if entry.decision == "deny" else _done(entry)
    return f"{entry.at.astimezone(zone):%d %b %Y %H:%M}: {_actor(entry)} {said}."


def tally_sentence(tally: Tally) -> str:
    """Count the questions that were asked between the decisions that are listed."""
    refused = f" ({tally.denied} refused)" if tally.denied else ""
    asked = plural(tally.decided, "question")
    return f"And {asked}{refused} in that time: `/nrr audit questions` lists them."


def _actor(entry: Entry) -> str:
    if entry.actor == OPERATOR.user_id:
        return "somebody at the command line"
    return _name(entry.actor)


def _name(slack_id: str) -> str:
    is_known = is_person(slack_id) or is_group(slack_id) or is_channel(slack_id)
    return mention(slack_id) if is_known else escaped(slack_id)


def _done(entry: Entry) -> str:
    verb = entry.action.split()[0]
    if said := _change(entry):
        return said[0]
    match entry.action.split():
        case ["import", number]:
            return f"imported a file (import {number})"
        case ["import", "reverse", number]:
            return f"took import {number} back"
        case ["pack", sha256]:
            return f"packed the books of {_scope(entry)} for an audit ({sha256[:12]}…)"
    return " ".join(_words(entry, _WORDS.get(verb, (escaped(verb.replace("_", " ")), ""))[0]))


def _refused(entry: Entry) -> str:
    verb = entry.action.split()[0]
    if said := _change(entry):
        tried = said[1]
    else:
        known = _WORDS.get(verb, ("", escaped(verb.replace("_", " "))))[1]
        tried = " ".join(_words(entry, known))
    why = (entry.reason or "").replace("_", " ")
    return f"tried to {tried}, and was refused ({why})"


def _change(entry: Entry) -> tuple[str, str] | None:
    """Say a change of access as it was done, and as it is said after "tried to"."""
    verb, *about = entry.action.split()
    scope = _scope(entry)
    match verb, about:
        case "grant", [role, grantee]:
            detail = f" {WITH_ACCOUNTS}" if role.endswith(DETAIL) else ""
            named = role_words(Role(role.removesuffix(DETAIL)))
            what = f"{_name(grantee)} {named} of {scope}{detail}"
            return f"made {what}", f"make {what}"
        case "small_groups", ["show"]:
            who = "everybody who sees figures see small groups"
            return f"let {who}", f"let {who}"
        case "small_groups", _:
            hidden = "small groups from whoever has no account detail"
            return f"hid {hidden}", f"hide {hidden}"
        case "revoke", [grantee]:
            what = f"from {_name(grantee)} what was granted of {scope or 'everything'}"
            return f"took {what}", f"take {what}"
        case "claim", _:
            return "became the first administrator", "become the first administrator"
    return _expectation(verb, about, scope)


def _expectation(verb: str, about: list[str], scope: str) -> tuple[str, str] | None:
    """Say a change of the profile or of a goal; None of any other."""
    what = " ".join(about)
    said = {
        "profile": (f"declared the profile {what}", f"declare the profile {what}"),
        "profile_stage": (f"set the stage to {what}",) * 2,
        "peers": (f"set the peers of {scope} to {what}",) * 2,
        "goal": (f"set a goal of {what} for {scope}",) * 2,
        "goal_removed": (f"removed the goal of {scope}", f"remove the goal of {scope}"),
    }
    if (verb, what) == ("profile", "off"):
        return "withdrew the profile", "withdraw the profile"
    return said.get(verb)


def _words(entry: Entry, done: str) -> Iterator[str]:
    yield done
    if scope := _scope(entry):
        yield scope
    elif done.endswith((" of", " on", " about")):
        yield "figures"
    _, *about = entry.action.split()
    if channel_id := (*about, entry.channel)[0]:
        yield f"in {_name(channel_id)}"


def _scope(entry: Entry) -> str:
    return "" if entry.scope is None else escaped(said_scope(read_scope_text(entry.scope)))

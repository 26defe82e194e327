"""The profile and the goals of a workspace as parts of a message, in Slack and the terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.answers.answer import Answer
from bot.benchmarks.wording import band_words, goal_words, peers_line
from bot.command_places import CommandPlace
from bot.questions.typed_figures import exact_percent
from bot.style.figures import NOT_DEFINED, percent
from bot.style.grid import Grid, LabelledText
from bot.style.names import safe_name, scope_name
from bot.style.parts import Headline, Parts, Quiet, Said, Table
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.benchmarks.expectations import Expectations, Pair, named_segment
from metrics.benchmarks.tables import PROFILES, STAGES, CompanyProfile, CompanyStage, Guide
from metrics.listing import few_of
from metrics.retention import Retention
from metrics.rollup import Scope

WHY_NONE = (
    "Until a workspace says which kind of company it is, no benchmark is shown: held against the"
    " wrong peers, a good NRR looks bad."
)
TWELVE_MONTHS = "Only NRR, GRR and churn over twelve months are compared."
NO_PEERS = "Nothing is published of the peers of what you may see."
MOST_ALONE = 8
NO_GOALS = "No goal is set"
_FOR_ADMINISTRATORS = "Administrators change it:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """A profile, as far as somebody may see it.

    Attributes
    ----------
    stage : CompanyStage, optional
        That of the company by its ARR; None where it cannot be told, or not to them.
    sees_company : bool
        Whether they may see the company, from whose ARR the stage follows.
    pairs : sequence of pair
        The segments that they know of, and other values whose peers were set.
    """

    expectations: Expectations
    stage: CompanyStage | None
    sees_company: bool
    main_dimension: str
    pairs: Sequence[Pair]


def profile_parts(view: ProfileView, place: CommandPlace) -> Parts:
    """Compose the declared profile, or how to declare one."""
    profile = view.expectations.profile
    if profile is None:
        return (
            Headline("No profile is declared"),
            Said(
                WHY_NONE,
                f"Administrators declare one: {place.command('profile')}, and a word of these.",
            ),
            Table(_choices(place), figures=0),
        )
    row = PROFILES[profile.company]
    return (
        Headline(f"Profile: {row.title}"),
        Said(
            LabelledText(
                "Peers:",
                f"NRR of {band_words(row.median)} at the median, {band_words(row.top_quartile)} in"
                f" the top quartile ({Guide.GTM_ENGINEER}). What drives it there: {row.drivers}.",
            ),
            LabelledText("Stage:", _stage_words(view)),
            *_segment_lines(view),
        ),
        Quiet(
            TWELVE_MONTHS,
            f"{_FOR_ADMINISTRATORS} {place.command('profile smb')},"
            f" {place.command('profile stage series-a')} (or auto),"
            f" {place.command('profile segment NAME smb')} (or none),"
            f" {place.command('profile off')}.",
        ),
    )


def level_parts(level: Fraction, view: ProfileView, place: CommandPlace) -> Parts:
    """Hold an NRR over twelve months against the peers of the company and of its segments."""
    if view.expectations.profile is None:
        return profile_parts(view, place)
    lines = dict.fromkeys(peers_line(beside) for beside in levels_beside(level, view))
    return (
        Headline(f"An NRR of {exact_percent(level)}% over twelve months, beside peers"),
        Said(*(lines if any(lines) else [NO_PEERS])),
        Quiet(TWELVE_MONTHS),
    )


def levels_beside(level: Fraction, view: ProfileView) -> Iterator[BenchmarkedYear]:
    """Put an NRR beside the peers of each group that somebody may see, the company first."""
    more = level.numerator - level.denominator
    year = Retention(
        accounts_opening=1,
        accounts_retained=1,
        opening=level.denominator,
        expansion=max(more, 0),
        contraction=max(-more, 0),
        churn=0,
    )
    scopes: list[Scope] = [*([()] if view.sees_company else []), *((pair,) for pair in view.pairs)]
    for scope in scopes:
        beside = view.expectations.beside(
            year, scope, main_dimension=view.main_dimension, stage=view.stage
        )
        if beside is not None:
            yield beside


def goals_parts(
    goals: Mapping[Scope, str], now: Mapping[Scope, Answer | None], place: CommandPlace
) -> Parts:
    """Compose the list of goals, each with the twelve months that are held against it.

    Parameters
    ----------
    goals : mapping of Scope to str
        Levels, as they are typed.
    now : mapping of Scope to Answer
        None where its figures must not be shown, or there are none.
    """
    ways = (place.command("goal 110%"), place.command("goal enterprise 115%"))
    how = f"Administrators set one: {', '.join(ways)}"
    if not goals:
        return Headline(NO_GOALS), Said(f"{how}: NRR over twelve months, for any accounts.")
    rows = tuple(_goal_row(scope, level, now.get(scope)) for scope, level in goals.items())
    return (
        Headline("Goals: NRR over twelve months"),
        Table(Grid(title="", header=("Accounts", "Goal", "Now", "Gap"), rows=rows), figures=2),
        Quiet(f"{how}, or {place.command('goal remove enterprise')}."),
    )


def goal_sentence(scope: Scope, level: str, now: Answer | None) -> str:
    """Confirm a goal, and say how far the twelve months are from it."""
    said = f"Goal of {scope_name(scope)}: {level} NRR over twelve months."
    reached = _reached(now)
    return f"{said} Now {': '.join(reached)}." if reached else said


def _goal_row(scope: Scope, level: str, now: Answer | None) -> tuple[str, ...]:
    return scope_name(scope), level, *(_reached(now) or (NOT_DEFINED, NOT_DEFINED))


def _reached(now: Answer | None) -> tuple[str, str] | None:
    """Write the NRR of twelve months, and how far it is from its goal; None where neither is."""
    beside = now.benchmarked if now else None
    if now is None or beside is None or beside.goal is None:
        return None
    return percent(beside.year.nrr), goal_words(beside.goal, now.unit).partition(": ")[2]


def level_words(expectations: Expectations, scopes: Iterable[Scope]) -> dict[Scope, str]:
    """Write the levels of the goals of some scopes."""
    return {scope: f"{exact_percent(expectations.goals[scope])}%" for scope in scopes}


def _choices(place: CommandPlace) -> Grid:
    rows = tuple((place.command(f"profile {one}"), row.title) for one, row in PROFILES.items())
    return Grid(title="", header=("Type", "For"), rows=rows)


def _stage_words(view: ProfileView) -> str:
    profile = view.expectations.profile
    if profile is not None and profile.stage is not None:
        return f"{_target_words(profile.stage)}, as it was set."
    if not view.sees_company:
        return "by ARR, for those who may see the company."
    if view.stage is None:
        return "not known: ARR cannot be told in US dollars, so set it."
    return f"{_target_words(view.stage)}, by ARR."


def _target_words(stage: CompanyStage) -> str:
    row = STAGES[stage]
    return f"{row.title}, NRR of {band_words(row.target)} ({Guide.SALES_LED})"


def _segment_lines(view: ProfileView) -> Iterator[LabelledText]:
    """Say which segments are compared with which customers, and which with none."""
    by_name, as_set, alone = [], [], []
    for dimension, value in view.pairs:
        found = view.expectations.customers_of(((dimension, value),), view.main_dimension)
        if found is None:
            alone.append(safe_name(value))
        elif found is named_segment(value):
            by_name.append(safe_name(value))
        else:
            peers = PROFILES[CompanyProfile(found)].name
            as_set.append(f"{safe_name(value)} with {peers} customers")
    if by_name:
        each = ", each" if len(by_name) > 1 else ""
        as_set.insert(0, f"{', '.join(by_name)}{each} with customers of that name")
    if as_set:
        yield LabelledText("Compared:", f"{'; '.join(as_set)}.")
    if alone:
        yield LabelledText("Without peers:", f"{few_of(alone, MOST_ALONE)}.")

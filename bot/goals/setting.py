"""Changes the profile and the goals of a workspace, for Slack and the command line alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.access.decisions import Allow, Reach, Surface
from bot.access.records import Records
from bot.access.wording import COMPANY
from bot.errors import UsageError
from bot.goals.grammar import (
    AUTO,
    NONE,
    OFF,
    DeclarePeers,
    DeclareProfile,
    DeclareStage,
    GoalChange,
    ProfileChange,
    SetGoal,
)
from bot.questions.question import canonical_scope
from bot.questions.scopes import read_scope_alone
from bot.questions.typed_figures import exact_percent
from bot.questions.words import Vocabulary
from bot.slack.sent import Asker
from metrics.benchmarks.expectations import Expectations, WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.rollup import Scope
from metrics.spelling import fold
from storage.access import audit
from storage.access.audit import Entry
from storage.benchmarks.expectations import (
    put_goal,
    put_peers,
    put_profile,
    read_expectations,
    take_goal,
)
from storage.store.engine import Store

ONLY_SCOPE = "only say which accounts before the level: company, or a segment such as enterprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSetting:
    """Changes what a workspace declares and aims at; each change is audited in its transaction.

    Attributes
    ----------
    surface : Surface
        The place where administrators type, for the audit.
    vocabulary : callable
        Lists the names that the ledger knows.
    today : callable
        The workspace's own day.
    """

    store: Store
    records: Records
    surface: Surface
    vocabulary: Callable[[], Vocabulary]
    today: Callable[[], date]

    def expectations(self) -> Expectations:
        """Read what is declared and aimed at."""
        with self.store.read() as session:
            return read_expectations(session)

    def change_profile(self, change: ProfileChange, *, by: Asker) -> None:
        """Store a profile, a stage, or the peers of a segment.

        Raises
        ------
        UsageError
            If a stage is set without a profile, or peers of what is no single segment.
        """
        match change:
            case DeclareProfile(company):
                held = self.expectations().profile
                declared = (
                    None
                    if company is None
                    else WorkspaceProfile(company=company, stage=held.stage if held else None)
                )
                self._store_profile(declared, self._entry(f"profile {company or OFF}", by, ()))
            case DeclareStage(stage):
                held = self.expectations().profile
                if held is None:
                    raise UsageError(
                        "declare a profile first, as in `profile smb`: a stage goes with one"
                    )
                entry = self._entry(f"profile_stage {stage or AUTO}", by, ())
                self._store_profile(replace(held, stage=stage), entry)
            case DeclarePeers():
                self._store_peers(change, by)

    def change_goal(self, change: GoalChange, *, by: Asker) -> Scope:
        """Store a goal, or remove one; return its scope.

        Raises
        ------
        UsageError, MetricsError, StorageError
            If the words name no accounts, or a goal is removed that there is not.
        """
        if isinstance(change, SetGoal):
            scope = self._scope(change.words)
            entry = self._entry(f"goal {exact_percent(change.nrr)}%", by, scope)
            with audit.audited(self.store, entry) as session:
                put_goal(session, Goal(scope=scope, nrr=change.nrr), by=by.user_id, now=entry.at)
            return scope
        scope = self._scope_of_goal(change.words)
        entry = self._entry("goal_removed", by, scope)
        with audit.audited(self.store, entry) as session:
            if not take_goal(session, scope):
                raise UsageError("there is no such goal: `goal` lists what there is")
        return scope

    def _store_profile(self, profile: WorkspaceProfile | None, entry: Entry) -> None:
        with audit.audited(self.store, entry) as session:
            put_profile(session, profile, by=entry.actor, now=entry.at)

    def _store_peers(self, change: DeclarePeers, by: Asker) -> None:
        scope = self._scope(change.words)
        if len(scope) != 1:
            raise UsageError("name one segment, as in `profile segment agencies smb`")
        entry = self._entry(f"peers {change.peers or NONE}", by, scope)
        with audit.audited(self.store, entry) as session:
            put_peers(session, scope[0], change.peers, by=by.user_id, now=entry.at)

    def _scope_of_goal(self, words: str) -> Scope:
        """Read the scope of a goal, also where its names are gone from the ledger."""
        typed = fold(words)
        for scope in self.expectations().goals:
            values = " ".join(value for _, value in scope)
            if typed and typed in {fold(canonical_scope(scope)), fold(values)}:
                return scope
        return self._scope(words)

    def _scope(self, words: str) -> Scope:
        if words.casefold().strip() in {"", COMPANY}:
            return ()
        return read_scope_alone(
            words,
            vocabulary=self.vocabulary(),
            today=self.today(),
            fiscal_start=1,  # a period is refused here, so that no fiscal year matters
            only=ONLY_SCOPE,
        )

    def _entry(self, action: str, by: Asker, scope: Scope) -> Entry:
        return self.records.entry(
            by, action, Allow(), surface=self.surface, reach=Reach(scope=scope)
        )

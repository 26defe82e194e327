"""Reads and writes the declared profile, the peers of segments, and goals."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import delete, select
from sqlmodel import Session, col

from metrics.benchmarks.expectations import Expectations, Pair, WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile, CompanyStage, CustomerSegment
from metrics.rollup import Scope
from storage.store.prepared import OpeningBatch, Prepared
from storage.tables.benchmarks import GoalRow, SegmentPeersRow, WorkspaceProfileRow
from storage.tables.scopes import read_scope_text, sorted_scope_text

MILLION = 10**6
"""Parts of a ratio that a goal is stored to: four decimals of a percentage."""

_READ_PROFILE = Prepared(
    select(col(WorkspaceProfileRow.company), col(WorkspaceProfileRow.stage)),
    batch=OpeningBatch.ANY_ANSWER,
)
_READ_PEERS = Prepared(
    select(
        col(SegmentPeersRow.dimension), col(SegmentPeersRow.value), col(SegmentPeersRow.peers)
    ).order_by(col(SegmentPeersRow.dimension), col(SegmentPeersRow.value)),
    batch=OpeningBatch.ANY_ANSWER,
)
_READ_GOALS = Prepared(
    select(col(GoalRow.scope), col(GoalRow.nrr_millionths)).order_by(col(GoalRow.scope)),
    batch=OpeningBatch.ANY_ANSWER,
)


def read_expectations(session: Session) -> Expectations:
    """Read the profile, the peers and the goals of the workspace."""
    profiles = [
        WorkspaceProfile(
            company=CompanyProfile(company), stage=None if stage is None else CompanyStage(stage)
        )
        for company, stage in _READ_PROFILE.rows(session)
    ]
    goals = [
        (read_scope_text(scope), Fraction(millionths, MILLION))
        for scope, millionths in _READ_GOALS.rows(session)
    ]
    return Expectations(
        profile=profiles[0] if profiles else None,
        segments={
            (dimension, value): None if peers is None else CustomerSegment(peers)
            for dimension, value, peers in _READ_PEERS.rows(session)
        },
        goals=dict(sorted(goals, key=lambda item: len(item[0]))),  # the company first
    )


def put_profile(
    session: Session, profile: WorkspaceProfile | None, *, by: str, now: datetime
) -> None:
    """Store the declared profile in place of any before; None declares none."""
    session.execute(delete(WorkspaceProfileRow))
    if profile is not None:
        row = WorkspaceProfileRow(
            company=profile.company, stage=profile.stage, set_by=by, set_at=now
        )
        session.add(row)
    session.flush()


def put_peers(
    session: Session, pair: Pair, peers: CustomerSegment | None, *, by: str, now: datetime
) -> None:
    """Store which customers of a guide a value is compared with; None for none."""
    dimension, value = pair
    session.merge(
        SegmentPeersRow(dimension=dimension, value=value, peers=peers, set_by=by, set_at=now)
    )
    session.flush()


def put_goal(session: Session, goal: Goal, *, by: str, now: datetime) -> None:
    """Store a goal in place of any of the same scope."""
    millionths = int(goal.nrr * MILLION)
    session.merge(
        GoalRow(
            scope=sorted_scope_text(goal.scope), nrr_millionths=millionths, set_by=by, set_at=now
        )
    )
    session.flush()


def take_goal(session: Session, scope: Scope) -> bool:
    """Delete the goal of a scope; tell whether there was one."""
    row = session.get(GoalRow, sorted_scope_text(scope))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from bot.digests.building import build_digest
from bot.digests.digest import Digest, DigestRequest
from bot.digests.wording.benchmarks import found_lines, goals_of
from bot.style.figures import EN_DASH
from metrics.benchmarks.expectations import WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from storage.benchmarks.expectations import put_goal, put_profile
from storage.digests.subscriptions import DigestContent
from storage.store.engine import Store
from tests.bot.small_company import NOW, TODAY, answers_from, small_company

HEAD = "account_id,date,amount,currency,segment\n"
HELD = "".join(
    f"{segment}{n},2024-01-10,100.00,USD,{segment}\n"
    for segment in ("enterprise", "smb")
    for n in range(12)
)


def left(count: int) -> str:
    return "".join(f"smb{n},2026-05-10,-100.00,USD,\n" for n in range(count))


def company(folder: Path, lost: int) -> Store:
    """Make a company of 24 equal accounts, of whose smb so many left in May; smb aims at 95%."""
    store = small_company(folder, HEAD + HELD + left(lost))
    profile = WorkspaceProfile(company=CompanyProfile.SMB, stage=CompanyStage.SEED)
    with store.write(ledger=False) as session:
        put_profile(session, profile, by="U1", now=NOW)
        goal = Goal(scope=(("segment", "smb"),), nrr=Fraction(95, 100))
        put_goal(session, goal, by="U1", now=NOW)
    return store


@pytest.fixture
def leaking(tmp_path: Path) -> Iterator[Digest]:
    store = company(tmp_path, lost=3)
    yield digest_of(store)
    store.engine.dispose()


def digest_of(store: Store) -> Digest:
    request = DigestRequest(
        content=DigestContent(dimension="segment"),
        week="2026-W47",
        today=TODAY,
        names_shown=False,
        small_shown=True,
    )
    return build_digest(answers_from(store), request)


def test_a_leak_is_held_against_its_own_peers_behind_the_sentence_that_names_it(
    leaking: Digest,
) -> None:
    first, *_ = found_lines(leaking)

    # 9 of 12 accounts of smb are left: 75.0 %
    assert first.startswith("The leak is smb: 75.0% over twelve months")
    assert first.replace(EN_DASH, "-").endswith(
        ". SMB peers: 90-100% (GTM Engineer's guide), 90-105% (sales-led guide): below both."
    )


def test_goals_of_the_split_are_listed(leaking: Digest) -> None:
    # 95 % of 1,200.00 are 1,140.00, and 900.00 are left
    assert str(goals_of(leaking)) == "Goals: smb 95%: 20.0 points short, $240 MRR."


def test_a_whole_that_is_where_its_peers_are_is_not_held_against_them(tmp_path: Path) -> None:
    store = company(tmp_path, lost=0)  # 100.0 %: in 90-100% and in 95-100%

    digest = digest_of(store)

    assert not [line for line in found_lines(digest) if "peers" in line]
    store.engine.dispose()

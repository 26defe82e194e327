from bot.access.wording import grant_words, how_to_see_accounts
from storage.access.grants import Grant, Role
from tests.bot.access.principals import COMPANY, ENTERPRISE, ENTERPRISE_FINTECH, SMB, principal

VIEWER = Grant(grantee_id="U1", role=Role.VIEWER, scope=ENTERPRISE)
ANALYST = Grant(grantee_id="S1", role=Role.ANALYST, scope=COMPANY)
ADMIN = Grant(grantee_id="U1", role=Role.ADMIN, scope=SMB)


def test_a_grant_is_said_in_the_words_that_are_typed() -> None:
    detailed = Grant(grantee_id="U1", role=Role.ANALYST, scope=COMPANY, account_detail=True)

    assert grant_words(VIEWER) == "viewer of segment:enterprise"
    assert grant_words(detailed) == "analyst of the whole company with accounts"


def test_the_line_grants_what_a_person_has_already_with_accounts() -> None:
    assert how_to_see_accounts(principal(VIEWER), ENTERPRISE_FINTECH) == (
        "ask an administrator of this bot to type"
        " `/nrr access grant U1 viewer segment:enterprise with accounts`"
    )


def test_the_line_takes_no_role_away() -> None:
    for grants in ((VIEWER, ANALYST), (ANALYST, VIEWER)):
        assert how_to_see_accounts(principal(*grants), ENTERPRISE) == (
            "ask an administrator of this bot to type"
            " `/nrr access grant U1 analyst company with accounts`"
        )


def test_an_administrator_types_the_line_themself() -> None:
    assert how_to_see_accounts(principal(VIEWER, ADMIN), ENTERPRISE) == (
        "type `/nrr access grant U1 viewer segment:enterprise with accounts`"
    )
    assert how_to_see_accounts(principal(ADMIN), SMB) == (
        "type `/nrr access grant U1 admin segment:smb with accounts`"
    )

"""What is left of a message is asked about like any other, and nothing goes without a yes."""

from dataclasses import replace
from typing import cast

import pytest

from bot.delivery.admission import Admission, ForbiddenError
from bot.delivery.permissions import Denial, Permissions
from bot.delivery.rewriting import Rewriting
from bot.delivery.verdicts import PostVerdict, Ruling
from storage.delivery.parcels import Attempts, Body, Claim, Lease, Location, State
from tests.storage.parcels import NOON, parcel

WHOLE = Claim(
    lease=Lease(row_id=1, owner="w1", generation=1, until=NOON),
    parcel=parcel(),
    attempts=Attempts(count=1, first_at=None),
    doubt=None,
    location=Location(),
    state=State.SENDING,
)
PART = replace(WHOLE, parcel=replace(WHOLE.parcel, body=Body(payload_json='{"text": "part"}')))
NO_GRANT, GUEST = (
    Denial(verdict=PostVerdict(ruling=Ruling.TARGET, code=code)) for code in ("no_grant", "guest")
)


class Asked:
    """Answers by message, and rewrites the whole one to what is left of it."""

    def __init__(self, left: Claim | None, *, whole: Denial | None, part: Denial | None) -> None:
        self._left, self._whole, self._part = left, whole, part

    def of_claim(self, claim: Claim) -> Denial | None:
        return self._whole if claim is WHOLE else self._part

    def rewrite(self, claim: Claim, denial: Denial) -> Claim | None:
        assert (claim, denial) == (WHOLE, self._whole)
        return self._left


def admission(
    left: Claim | None = None, *, whole: Denial | None = None, part: Denial | None = None
) -> Admission:
    asked = Asked(left, whole=whole, part=part)
    return Admission(permissions=cast("Permissions", asked), rewriting=cast("Rewriting", asked))


def test_what_may_go_goes_as_it_is() -> None:
    assert admission().admit(WHOLE) is WHOLE


def test_what_is_left_goes_in_the_place_of_the_whole() -> None:
    assert admission(PART, whole=NO_GRANT).admit(WHOLE) is PART


@pytest.mark.parametrize(
    ("left", "part", "code"), [(None, None, "no_grant"), (PART, GUEST, "guest")], ids=["no", "part"]
)
def test_without_a_yes_to_what_is_left_nothing_goes(
    left: Claim | None, part: Denial | None, code: str
) -> None:
    with pytest.raises(ForbiddenError) as refused:
        admission(left, whole=NO_GRANT, part=part).admit(WHOLE)

    assert refused.value.verdict.code == code

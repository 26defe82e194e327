import pytest

from metrics.retention import NOTHING
from metrics.rollup import Attributes, Scope, matches, total
from metrics.segments import NO_VALUE


@pytest.mark.parametrize(
    ("attributes", "scope", "expected"),
    [
        pytest.param({"plan": "pro"}, (), True, id="the-company-has-everyone"),
        pytest.param({"plan": "pro"}, (("plan", "pro"),), True, id="same-value"),
        pytest.param({"plan": "pro"}, (("plan", "basic"),), False, id="other-value"),
        pytest.param(
            {"plan": "pro", "region": "eu"},
            (("plan", "pro"), ("region", "us")),
            False,
            id="every-pair-must-hold",
        ),
        pytest.param({}, (("plan", NO_VALUE),), True, id="no-value-is-a-place-of-its-own"),
        pytest.param({"plan": "pro"}, (("plan", NO_VALUE),), False, id="has-a-value"),
        pytest.param({}, (("plan", "pro"),), False, id="no-value-is-not-any-value"),
    ],
)
def test_an_account_is_in_a_scope_when_it_has_every_value(
    attributes: Attributes, scope: Scope, *, expected: bool
) -> None:
    assert matches(attributes, scope) is expected


def test_the_retention_of_nobody_is_nothing() -> None:
    assert total([]) == NOTHING

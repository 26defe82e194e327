"""Requests that Stripe refuses, with the status, type and code that it answers with."""

from typing import Any

JsonObject = dict[str, Any]


class StripeRefusal(Exception):  # noqa: N818 - it is an answer, not a fault of the stand-in
    """One answer that is an error, in Stripe's shape."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        said = {"code": code, "message": message, "param": param, "type": kind}
        self.body: JsonObject = {"error": {name: one for name, one in said.items() if one}}
        if code:
            page = code.replace("_", "-")
            self.body["error"]["doc_url"] = f"https://stripe.com/docs/error-codes/{page}"


class ImpossibleStoryError(AssertionError):
    """A test asked for something that nobody could do at Stripe."""


def no_such(kind: str, object_id: str, param: str = "id", *, status: int = 404) -> StripeRefusal:
    """Return the refusal of an id that the account does not have, or has no longer."""
    return StripeRefusal(
        f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param
    )


def unknown_parameter(name: str) -> StripeRefusal:
    """Return the refusal of a parameter that the endpoint does not take."""
    return StripeRefusal(
        f"Received unknown parameter: {name}", code="parameter_unknown", param=name
    )

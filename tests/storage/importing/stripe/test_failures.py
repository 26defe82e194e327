from storage.importing.stripe.failures import Payment, payment_of


def test_an_invoice_that_was_not_asked_for_yet_has_not_failed() -> None:
    assert payment_of({"created": 5, "status": "open", "attempted": False}) == Payment(5)
    assert payment_of({"created": 5, "status": "open", "attempted": True}) == Payment(5, failed=5)

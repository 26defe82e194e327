"""A strict Stripe on one local port, whose time a test moves on.

Start one, and point nrrbot at it (``STRIPE_API_URL`` is ``stripe.url``, ``STRIPE_API_KEY`` is
``stripe.key``)::

    with FakeStripe() as stripe:
        catalog.add_product(stripe.account, "basic")
        catalog.add_price(stripe.account, "basic", product="basic", amount="10000")
        stripe.story.tell(
            "2026-01-10 09:00 subscribe acme basic",
            "2026-03-16       change acme basic:2",
            "2026-04-02       cancel acme at=period_end",
        )
        stripe.move_to("2026-06-01")

**What happens by itself** as time goes by: renewals (a draft, an hour later paid or not), trials
and discounts that end, pauses that resume, notices that are due, payments tried again until the
subscription is canceled or unpaid. A card fails by ``card acme fails``, ``card acme works`` pays
what is open; ``retries acme unpaid 3 8`` says on which days it is tried again and how that ends.

**What the bot did**: ``stripe.requests`` (path, query, version, status).

**Faults** (`tests.slack.faults`): ``stripe.faults.next("/v1/events", rate_limited(),
server_error())``; ``stripe.go_down()``; ``stripe.http.on_request`` is called with every path.
``stripe.add_key("rk_...", permissions=READ - {"coupon"})`` makes a key that may not read all.

**Stricter than nothing at all**: unknown parameters are refused, as are paths of ``expand[]`` with
more than four levels or of what cannot be expanded, pages over 100, cursors that are gone, and all
that changes anything. Events are gone after 30 days; each is in the shape of the account's own API
version at its time, everything else in the one that was asked for. An invoice shows ten lines.
"""

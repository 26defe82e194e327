from tests.bot.delivery.conftest import client, waits  # noqa: F401 - fixtures

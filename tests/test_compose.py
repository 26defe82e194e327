from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.config import Settings

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")


@pytest.fixture
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXT)["services"]
    return found


def test_the_bot_starts_when_its_store_answers(services: dict[str, Any]) -> None:
    bot, store = services["bot"], services["store"]

    assert bot["depends_on"] == {"store": {"condition": "service_healthy"}}
    assert store["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert bot["command"] == ["nrrbot db upgrade && exec nrrbot serve"]
    assert {service["restart"] for service in services.values()} == {"unless-stopped"}


def test_the_store_is_kept_and_reached_by_the_bot_alone(services: dict[str, Any]) -> None:
    name, _, place = services["store"]["volumes"][0].partition(":")

    assert name in yaml.safe_load(TEXT)["volumes"]
    assert place == "/var/lib/postgresql"
    assert "ports" not in services["store"]
    assert services["store"]["image"].partition(":")[2].isdigit()


def test_only_this_machine_can_ask_how_the_bot_is(services: dict[str, Any]) -> None:
    [published] = services["bot"]["ports"]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    default = f"${{NRRBOT_OPERATIONS_PORT:-{Settings().nrrbot_operations_port}}}"

    assert published == f"127.0.0.1:{default}:{default}"
    assert f'"http://127.0.0.1:{default}/healthz"' in dockerfile


def test_the_bot_can_change_nothing_but_scratch_files_and_gain_nothing(
    services: dict[str, Any],
) -> None:
    bot = services["bot"]

    assert bot["read_only"] is True
    assert bot["tmpfs"] == [f"{place}:noexec,nosuid,nodev" for place in ("/tmp", "/data")]  # noqa: S108 - the container's own
    assert bot["cap_drop"] == ["ALL"]
    assert not {"privileged", "cap_add", "user", "network_mode", "pid"} & bot.keys()
    for service in services.values():
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_files_to_import_are_in_a_folder_that_the_bot_can_only_read(
    services: dict[str, Any],
) -> None:
    assert services["bot"]["volumes"][0] == "./import:/import:ro"
    assert "/import/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_files_of_secrets_are_in_a_folder_that_the_bot_can_only_read_and_git_leaves_alone(
    services: dict[str, Any],
) -> None:
    assert services["bot"]["volumes"][1:] == ["./secrets:/run/secrets:ro"]
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token" in TEXT  # pragma: allowlist secret


@pytest.mark.parametrize("path", ["compose.yaml", "docs/hosting.md"])
def test_both_ways_in_for_a_file_are_written_where_people_look(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")

    assert "docker compose exec bot nrrbot import /import/movements.csv" in text
    assert "docker compose exec -T bot nrrbot import - < movements.csv" in text


def test_the_password_of_the_store_has_a_line_in_the_example(services: dict[str, Any]) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()

    assert "POSTGRES_PASSWORD=" in example
    assert "POSTGRES_PASSWORD" in services["store"]["environment"]


def test_a_builder_is_sent_what_the_image_is_made_of_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in lines if line.startswith("!")}

    assert "*" in lines
    assert sent == copied_into_the_image()


def test_a_ledger_in_a_file_outlives_its_container() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert lines.index("USER 10001") < lines.index("WORKDIR /data") < lines.index("VOLUME /data")
    assert "docker run --rm --volume nrrbot:/data nrrbot db upgrade" in (
        ROOT / "docs" / "hosting.md"
    ).read_text(encoding="utf-8")


def copied_into_the_image() -> set[str]:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    return {name for names in copied if "--from=build" not in names for name in names}


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    store, bot = services["store"]["environment"], services["bot"]["environment"]

    assert store["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert bot["PGPASSWORD"] == "${POSTGRES_PASSWORD}"
    assert bot["DATABASE_URL"] == "postgresql://nrrbot@store/nrrbot"
    assert services["bot"]["env_file"] == ".env"


def test_the_image_installs_the_lock_and_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "RUN pip install --require-hashes --no-deps --requirement requirements.lock" in lines
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert any("useradd" in line and "--uid 10001" in line for line in lines)
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["nrrbot"]')
    for name in copied_into_the_image():
        assert (ROOT / name).exists(), name

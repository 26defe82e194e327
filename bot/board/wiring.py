"""Builds the board feature: ``/nrr board``."""

from functools import partial

from bot.answers.services import Services
from bot.board.command import BoardCommand
from bot.board.measuring import build_pack
from bot.board.pack import BoardPack
from bot.clock import utc_now
from bot.feature import Feature


def feature(services: Services) -> Feature:
    """Serve ``/nrr board``; the courier brings its files."""
    command = BoardCommand(
        gate=services.gate,
        build=services.in_turn(partial(build_pack, services.answers)),
        write=services.in_turn(files_of),
        store=services.store,
        now=utc_now,
    )
    return Feature(commands={"board": command.send})


def files_of(pack: BoardPack) -> dict[str, bytes]:
    """Write both files of a pack, by how their names end."""
    # Loaded by the first pack alone: nobody waits for them when the bot starts.
    from bot.board.pages import printed  # noqa: PLC0415
    from bot.board.workbook import workbook  # noqa: PLC0415

    return {".xlsx": workbook(pack), ".pdf": printed(pack)}

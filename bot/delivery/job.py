"""The ``send`` tick: everything that may be sent just now, one message after the other."""

from collections.abc import Callable

from bot.delivery.courier import Courier


def send_all(courier: Courier, *, may_go_on: Callable[[], bool]) -> int:
    """Carry messages until none waits, or until told to stop; return how many were carried."""
    carried = 0
    while may_go_on() and courier.work_once():
        carried += 1
    return carried

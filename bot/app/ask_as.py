"""``nrrbot ask --user``: a question answered as far as that user may see."""

from collections.abc import Callable

from bot.access.decisions import COMMAND_LINE, Action, Reach, Reason
from bot.access.gate import Gate
from bot.access.wiring import gate_and_asker
from bot.access.wording import for_operator, how_to_see_accounts
from bot.answers.answer import Reply
from bot.answers.asking import Asking
from bot.answers.workplace import Workplace
from bot.errors import AccessDeniedError, ExplainedDenialError
from bot.grants.granting import read_grantee
from bot.slack.sent import Asker


def ask_as(
    user: str, text: str, answer: Callable[..., Reply], place: Workplace, *, exports: bool
) -> Reply:
    """Answer a question for a user at the command line; it is audited as theirs.

    Raises
    ------
    AccessDeniedError
        If they may not see that, or not have the accounts where it ``exports`` those.
    """
    gate, asker = gate_and_asker(place.settings, store=place.store, user_id=read_grantee(user))
    try:
        return _ask(gate, asker, text, answer, exports=exports)
    except AccessDeniedError as error:
        said = for_operator(str(error), asker.user_id)
        raise ExplainedDenialError(error.args[0], said) from error


def _ask(
    gate: Gate, asker: Asker, text: str, answer: Callable[..., Reply], *, exports: bool
) -> Reply:
    reply = Asking(answer=answer, gate=gate).ask(text, asker, surface=COMMAND_LINE).reply
    if exports:
        # The file names accounts: a right of its own, which the answer alone does not need.
        reach = Reach(scope=reply.question.scope, account_detail=True)
        version = reply.grounds.data_version
        try:
            gate.require_audited(asker, Action.EXPORT, reach, COMMAND_LINE, data_version=version)
        except AccessDeniedError as error:
            if error.args[0] != Reason.NO_DETAIL:
                raise
            how = how_to_see_accounts(gate.principal(asker), reply.question.scope)
            said = f"the file names single accounts: {how}"
            raise ExplainedDenialError(Reason.NO_DETAIL, said) from error
    return reply

"""The places where commands are typed: how one begins there, and a question."""

from enum import StrEnum, unique


@unique
class CommandPlace(StrEnum):
    """A place where commands are typed; the value begins every line."""

    SLACK = "/nrr"
    TERMINAL = "nrrbot"

    def command(self, words: str) -> str:
        """Write a command as it is typed here.

        Examples
        --------
        >>> CommandPlace.SLACK.command("digest list"), CommandPlace.TERMINAL.command("digest list")
        ('/nrr digest list', 'nrrbot digest list')
        """
        return f"{self} {words}"

    def question(self, text: str) -> str:
        """Write a question as it is typed here.

        Examples
        --------
        >>> CommandPlace.SLACK.question("smb ttm"), CommandPlace.TERMINAL.question("smb ttm")
        ('/nrr smb ttm', 'nrrbot ask "smb ttm"')
        """
        if self is CommandPlace.SLACK:
            return f"{self} {text}".strip()
        quoted = f"'{text}'" if '"' in text else f'"{text}"'
        return f"{self} ask {quoted if ' ' in text else text}".strip()

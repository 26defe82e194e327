"""The places where people type: how a command begins there, and a question."""

from enum import StrEnum, unique


@unique
class Prompt(StrEnum):
    """A place where people type; the value begins every line."""

    SLACK = "/nrr"
    TERMINAL = "nrrbot"

    def command(self, words: str) -> str:
        """Write a command as it is typed here.

        Examples
        --------
        >>> Prompt.SLACK.command("digest list"), Prompt.TERMINAL.command("digest list")
        ('/nrr digest list', 'nrrbot digest list')
        """
        return f"{self} {words}"

    def question(self, text: str) -> str:
        """Write a question as it is typed here.

        Examples
        --------
        >>> Prompt.SLACK.question("smb ttm"), Prompt.TERMINAL.question("smb ttm")
        ('/nrr smb ttm', 'nrrbot ask "smb ttm"')
        """
        if self is Prompt.SLACK:
            return f"{self} {text}".strip()
        quoted = f"'{text}'" if '"' in text else f'"{text}"'
        return f"{self} ask {quoted if ' ' in text else text}".strip()

"""What ends a command, told to its user in one paragraph instead of a stack."""


class CommandError(Exception):
    """The command cannot go on; the text says why, and what to do."""

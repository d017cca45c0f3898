"""Two kinds of bad news: come back later, or do not come back at all."""


class MatineeError(Exception):
    """A message for a person: it names the thing and, where there is one, the cure.

    `field` is the field of a form or a message that the error is about.
    """

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unreachable(MatineeError):
    """It may work later: no answer, overloaded, full, restarting. Try again."""


class Refused(MatineeError):
    """It will not work like this: wrong key, bad input, forbidden. Change something first."""


class NotFound(Refused):
    """The thing asked for does not exist."""


class Conflict(Refused):
    """The thing asked for is already there, or something newer stands in its way."""

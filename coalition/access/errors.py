"""What an action may refuse with. Views and the API turn each into its answer, once."""


class NotAllowed(Exception):
    """The viewer may see the thing and may not do this to it: 403, with the reason."""


class Refused(Exception):
    """The deed is impossible as asked: 422, with a sentence that says what to change. `field` names the input."""

    def __init__(self, message, field: str | None = None):
        super().__init__(message)
        self.message, self.field = str(message), field


class Conflict(Exception):
    """Somebody else was first: 409, with what they did."""


def require(allowed: bool, reason: str = "Your seat may not do this here.") -> None:
    if not allowed:
        raise NotAllowed(reason)

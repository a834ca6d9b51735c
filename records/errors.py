"""What can go wrong with records; the message is what a colleague reads."""


class RecordsUnavailable(Exception):
    """The database does not answer or is locked; nothing was changed, so the same can be tried again."""


class Refused(Exception):
    """A rule forbids this change; `reason` is the sentence a person is shown."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

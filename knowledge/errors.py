"""What can be wrong with a policy file, each as one sentence: what was expected, what came, what to do."""


class PolicyError(ValueError):
    """A policy file does not hold; the message names the file, the place and the mend."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = problems
        super().__init__(f"{source}: " + "; ".join(problems))


class FileError(ValueError):
    """A file is not what it is brought in as; the message names the file, what came and what to do."""

    def __init__(self, source: str, says: str) -> None:
        self.source = source
        self.says = says
        super().__init__(f"{source}：{says}")


class ListError(FileError):
    """A file is no question list."""


class PaperError(FileError):
    """A file is no official document that can be read."""

"""What can be wrong with a policy file, each as one sentence: what was expected, what came, what to do."""


class PolicyError(ValueError):
    """A policy file does not hold; the message names the file, the place and the mend."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = problems
        super().__init__(f"{source}: " + "; ".join(problems))

"""What a piece of work may take, and the error of one that wanted more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """For each result that a call yields: it has this to come."""

    seconds: float
    """By the clock."""
    cpu_seconds: float
    """Of the processor, so that a busy machine does not decide what is refused."""
    call_cpu_seconds: float
    """Of the processor, for all results of a call."""
    megabytes: int
    """Memory beside what the worker itself takes, some 100 MB."""


class OverLimit(ValueError):
    """A file that was given up. `reason` says why; the message names the file too."""

    def __init__(self, file: str, reason: str) -> None:
        """Both become the message."""
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason

"""Faults on demand: the next calls of an API fail as they were told to."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """How calls of one API shall fail."""

    model_config = ConfigDict(extra="forbid")

    api: str
    """The path behind /cgi-bin/ (or the whole of /sns/oauth2/access_token), or * for every one."""

    errcode: int | None = None
    http_status: int | None = Field(None, ge=200, le=599)
    delay_seconds: float = Field(0, ge=0, le=600)

    after: bool = False
    """The call is carried out first: only its answer goes wrong."""

    times: int = Field(1, ge=1)


class Faults:
    """The faults that are still to happen, in the order they were ordered."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let the next calls fail so."""
        fault.api = fault.api.removeprefix("/").removeprefix("cgi-bin/")
        self.ordered.append(fault)

    def take(self, api: str) -> Fault | None:
        """The fault that this call meets, if any."""
        for fault in self.ordered:
            if fault.api in {api, "*"}:
                fault.times -= 1
                if not fault.times:
                    self.ordered.remove(fault)
                return fault
        return None

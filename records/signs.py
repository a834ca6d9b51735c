"""Signs: what makes a check-in worth a look, how much each weighs, and how it is put to staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from records.suspicions import Sign, Suspicion


class Words(BaseModel):
    """How a sign is put: its name, what was seen with the numbers of the evidence, what may be behind it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    seen: str
    harmless: str
    scores: Mapping[int, int]  # from this much on → points

    def score(self, measured: float) -> int | None:
        """Points for what was measured; None where it is too little to be a sign."""
        return max((points for least, points in self.scores.items() if measured >= least), default=None)


class SharedPhone(Words):
    """One phone for two trainees; scores go by days."""

    seen_elsewhere: str
    elsewhere: int
    days: int


class CodeOutside(Words):
    """A right code beside a place outside the fence; scores go by metres beyond it."""

    seconds: int


class Jump(Words):
    """Two places too far apart for the time between them; scores go by kilometres an hour."""

    metres: int
    hop_metres: int
    hop_seconds: int
    hop: int


class Burst(Words):
    """Several in one second from one network; scores go by trainees."""

    untried: int
    usual: float
    sessions: int


class SharedCode(Words):
    """A code that was used outside first; scores go by trainees who used it outside."""

    followers: int


class Signs(BaseModel):
    """The whole table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shared_phone: SharedPhone
    code_outside: CodeOutside
    jump: Jump
    burst: Burst
    shared_code: SharedCode

    def words(self, sign: Sign) -> Words:
        """How one sign is put."""
        found: Words = getattr(self, sign.value)
        return found


@dataclass(frozen=True)
class Told:
    """A suspicion in words: never a verdict."""

    name: str
    seen: str
    harmless: str


@lru_cache
def signs() -> Signs:
    """The table that the office may edit, signs.yaml."""
    return Signs.model_validate(yaml.safe_load(Path(__file__).with_name("signs.yaml").read_text(encoding="utf-8")))


def told(suspicion: Suspicion) -> Told:
    """What was seen, in numbers, and what harmless reason it may have."""
    words, evidence = signs().words(Sign(suspicion.sign)), suspicion.evidence
    seen = words.seen
    if isinstance(words, SharedPhone) and not evidence["days"]:
        seen = words.seen_elsewhere
    return Told(words.name, seen.format(**evidence), words.harmless)

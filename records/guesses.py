"""Guesses: numbers that were tried and that nobody there has, and how often one may before he must wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Kind(StrEnum):
    """What is guessed."""

    VOUCHER = "voucher"
    ATTESTATION = "attestation"
    RECEIPT = "receipt"
    OBJECTION = "objection"  # no guess, but not to be made without end either


class Way(StrEnum):
    """Where somebody tries."""

    STAFF = "staff"
    PHONE = "phone"
    NETWORK = "network"


class Guess(Base):
    """One try."""

    __tablename__ = "guesses"
    __table_args__ = (Index("ix_guesses_who", "kind", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(12))
    who: Mapped[str] = mapped_column(String(80))  # staff:3, phone:OPENID, network:203.0.113.7
    tried: Mapped[str] = mapped_column(String(40))
    exists: Mapped[bool]  # it is somebody's, but not of those who may be looked up there
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class Limit(BaseModel):
    """How many tries within so many minutes, and how many minutes to wait then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: int
    within: int
    wait: int
    together: int | None = None  # tries of everybody on that way


class Figures(BaseModel):
    """All that guessing.yaml says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: Mapping[Way, Limit]
    ways: Mapping[Way, str]
    kinds: Mapping[Kind, str]
    said: Mapping[Kind, Mapping[Way, str]]
    kept_days: int


@lru_cache
def figures() -> Figures:
    """The limits and their sentences, read once."""
    told = Path(__file__).with_name("guessing.yaml").read_text(encoding="utf-8")
    return Figures.model_validate(yaml.safe_load(told))

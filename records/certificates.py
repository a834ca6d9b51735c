"""Certificates: what a person has proven to be able to do, each number once."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Skill(StrEnum):
    """Whom a certificate makes of its holder, by the level it is for."""

    NONE = "none"  # he was that skilled before
    SKILLED = "skilled"  # 新增技能人才
    HIGHLY_SKILLED = "highly_skilled"  # 新增高技能人才


SEAL = "#"  # between the masked part of a number that holds an ID number and the blind index of the whole
SKILL_NAMES = {Skill.NONE: "不是新增", Skill.SKILLED: "新增技能人才", Skill.HIGHLY_SKILLED: "新增高技能人才"}


class Certificate(Base):
    """One certificate of one person."""

    __tablename__ = "certificates"
    __table_args__ = (CheckConstraint("skill in ('none', 'skilled', 'highly_skilled')", name="skill"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))  # one of the five kinds that the documents name
    occupation: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(16), default="")
    number: Mapped[str] = mapped_column(String(64), unique=True)  # as printed, capitals, nothing between; see SEAL
    issuer: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date]
    skill: Mapped[Skill] = mapped_column(String(16), default=Skill.NONE)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"), unique=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"certificate:{self.id}"

    @property
    def shown(self) -> str:
        """The number as it may be read: one that holds an ID number is masked."""
        return self.number.partition(SEAL)[0]

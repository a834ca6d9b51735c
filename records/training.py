"""Institutions, classes, their sessions, who is enrolled, and the attendance that was proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment

OPENS_BEFORE = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=5)


class Part(StrEnum):
    """The part of a training day that a session fills."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Way(StrEnum):
    """How somebody was shown to be there."""

    CODE = "code"
    PLACE = "place"
    CODE_AND_PLACE = "code_and_place"
    TEACHER = "teacher"


class Institution(Base):
    """A training institution with the occupations it may teach."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    region: Mapped[str] = mapped_column(String(6), index=True)
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20), default="")
    occupations: Mapped[list[str]] = mapped_column(JSON)


class TrainingClass(Base):
    """A class: what is taught, where, from when, and which proof of presence it asks for."""

    __tablename__ = "classes"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("radius > 0", name="radius"),
        CheckConstraint("proof in ('code', 'place', 'code_and_place')", name="proof"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    occupation: Mapped[str] = mapped_column(String(40), index=True)
    level: Mapped[str | None] = mapped_column(String(16))
    region: Mapped[str] = mapped_column(String(6), index=True)
    venue: Mapped[str] = mapped_column(String(120))
    latitude: Mapped[float] = mapped_column(Float)  # GCJ-02, degrees
    longitude: Mapped[float] = mapped_column(Float)
    radius: Mapped[int] = mapped_column(default=200)  # metres
    proof: Mapped[Way] = mapped_column(String(16), default=Way.CODE_AND_PLACE)
    capacity: Mapped[int] = mapped_column(default=60)
    starts: Mapped[date] = mapped_column(index=True)
    days: Mapped[int]


class Session(Base):
    """One sitting of a class, with the window in which one can check in."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("class_id", "day", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    day: Mapped[date] = mapped_column(index=True)
    part: Mapped[Part] = mapped_column(String(16))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def opens_at(self) -> datetime:
        """From when one can check in."""
        return self.starts_at - OPENS_BEFORE

    def is_open(self, now: datetime) -> bool:
        """Can one check in now?"""
        return self.opens_at <= now <= self.ends_at


class Enrolment(Base):
    """A person in a class."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("class_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"))
    enrolled_at: Mapped[datetime] = mapped_column(Moment)


class Attendance(Base):
    """One trainee was at one session; the pair is unique, so twice is once."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("enrolment_id", "session_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    way: Mapped[Way] = mapped_column(String(16))
    late: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)
    distance: Mapped[int | None]  # metres from the venue
    message_id: Mapped[str] = mapped_column(String(200))


@dataclass(frozen=True)
class Seat:
    """Where somebody should be: his enrolment, the class, and one of its sessions."""

    enrolment: Enrolment
    training_class: TrainingClass
    session: Session


@dataclass(frozen=True)
class Standing:
    """How far a trainee has come."""

    attended: int  # sessions
    held: int  # sessions that have begun
    day: int  # the how-manieth training day it is
    days: int
    late: int


async def seats_on(session: AsyncSession, person_id: int, day: date) -> list[Seat]:
    """A person's sessions on a local day, in order."""
    rows = await session.execute(
        select(Enrolment, TrainingClass, Session)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Session, Session.class_id == TrainingClass.id)
        .where(Enrolment.person_id == person_id, Session.day == day)
        .order_by(Session.starts_at)
    )
    return [Seat(*row) for row in rows]


async def enrolments_of(session: AsyncSession, person_id: int) -> Sequence[tuple[Enrolment, TrainingClass]]:
    """A person's classes, the latest first."""
    rows = await session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.person_id == person_id)
        .order_by(TrainingClass.starts.desc())
    )
    return [(row[0], row[1]) for row in rows]


async def attendance_at(session: AsyncSession, seat: Seat) -> Attendance | None:
    """The attendance of a seat, if it was proven already."""
    found = await session.scalars(
        select(Attendance).where(Attendance.enrolment_id == seat.enrolment.id, Attendance.session_id == seat.session.id)
    )
    return found.one_or_none()


def attend(
    session: AsyncSession, seat: Seat, way: Way, now: datetime, distance: int | None, message_id: str
) -> Attendance:
    """Write down that a trainee is there; the database refuses a second row for the same session."""
    late = now > seat.session.starts_at + LATE_AFTER
    attendance = Attendance(
        enrolment_id=seat.enrolment.id,
        session_id=seat.session.id,
        way=way,
        late=late,
        at=now,
        distance=distance,
        message_id=message_id,
    )
    session.add(attendance)
    return attendance


async def standing(session: AsyncSession, enrolment: Enrolment, now: datetime, today: date) -> Standing:
    """Sessions attended and held so far, and which training day it is."""
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    held = await session.scalar(
        select(func.count()).where(Session.class_id == enrolment.class_id, Session.starts_at <= now + OPENS_BEFORE)
    )
    counts = await session.execute(
        select(func.count(), func.count().filter(Attendance.late)).where(Attendance.enrolment_id == enrolment.id)
    )
    attended, late = counts.one()
    day = await session.scalar(
        select(func.count(func.distinct(Session.day))).where(
            Session.class_id == enrolment.class_id, Session.day <= today
        )
    )
    return Standing(attended, held or 0, day or 0, training_class.days, late)


async def classes_from(
    session: AsyncSession, regions: Sequence[str], day: date, most: int = 5
) -> Sequence[TrainingClass]:
    """Classes of some places that begin on a day or later, the nearest in time first."""
    found = await session.scalars(
        select(TrainingClass)
        .where(TrainingClass.region.in_(regions), TrainingClass.starts >= day)
        .order_by(TrainingClass.starts)
        .limit(most)
    )
    return found.all()

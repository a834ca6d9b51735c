"""What is there before a talk begins: classes with their sessions, and the worker in them, as the talk's YAML tells."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.ask import Day
from config.settings import CHINA
from handlers.context import House
from handlers.message import Kind, Message, Place
from records import codes, enrolling, followers, id_number, nudging, people, scans, voucher_reminders, work_questions
from records.certificates import Certificate
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.institutions import Institution
from records.people import Person, Source
from records.sessions import PART_NAMES, Session
from tests.classes import a_voucher
from tests.conftest import Clock, fresh
from tests.conversations import trained
from tests.office import a_person
from tests.rounds import a_round
from tests.seeds import a_policy_that_goes_on

_METRES_A_DEGREE = 111_195.0  # of latitude
_VENUE = {"venue": "实训楼201", "latitude": 36.2668, "longitude": 111.9201}
_PARTS = {name.removesuffix("课").removesuffix("午"): part for part, name in PART_NAMES.items()} | {"晚上": "evening"}


@dataclass
class Scene:
    """Where a talk is held: the house, its clock, and the classes by name."""

    house: House
    clock: Clock | Day
    classes: dict[str, TrainingClass] = field(default_factory=dict)
    sessions: dict[str, list[Session]] = field(default_factory=dict)

    def move(self, at: str) -> None:
        """Let it be a time of day, or a day and a time, in China."""
        assert isinstance(self.clock, Clock), "only a talk that begins with `now` has a clock of its own"
        self.clock.now = self._moment(at)

    def _moment(self, told: str) -> datetime:
        day, _, time = str(told).rpartition(" ")
        on = day or self.clock().astimezone(CHINA).date()
        return datetime.fromisoformat(f"{on} {time:0>5}").replace(tzinfo=CHINA)

    def message(self, id: str, openid: str, turn: dict[str, Any]) -> Message:
        """A turn as the message that a phone would send; sent_at tells of one that was kept back."""
        sent_at = self._moment(turn["sent_at"]) if "sent_at" in turn else self.clock()
        if "location" in turn:
            return Message(id, openid, Kind.LOCATION, sent_at, place=Place(*turn["location"]))
        if "place" in turn:
            return Message(id, openid, Kind.LOCATION, sent_at, place=self._place(turn))
        if "scan" in turn:
            return Message(id, openid, Kind.SCAN, sent_at, key=self._scanned(turn, sent_at))
        if "code" in turn:
            return Message(id, openid, Kind.TEXT, sent_at, text=self._code(turn, sent_at))
        if "voice" in turn:
            return Message(id, openid, Kind.VOICE, sent_at, text=str(turn["voice"]))
        if "photo" in turn:
            return Message(id, openid, Kind.IMAGE, sent_at, media=turn["photo"])
        if "photo" in turn:
            return Message(id, openid, Kind.IMAGE, sent_at, media=turn["photo"])
        return Message(id, openid, Kind.TEXT, sent_at, text=str(turn["say"]))

    def _place(self, turn: dict[str, Any]) -> Place:
        venue = self.classes[turn["place"]]
        north = venue.latitude + turn.get("metres", 0) / _METRES_A_DEGREE
        return Place(north, venue.longitude, turn.get("accuracy"))

    def _code(self, turn: dict[str, Any], at: datetime) -> str:
        return codes.code(self.house.database.vault, self._on_show(turn["code"], at), at, turn.get("steps_ago", 0))

    def _scanned(self, turn: dict[str, Any], at: datetime) -> str:
        if isinstance(turn["scan"], int) or turn["scan"] not in self.classes:
            return f"class-{turn['scan']}"
        shown = at - timedelta(seconds=turn.get("seconds_ago", 0))
        token = scans.shown(self.house.database.vault, self._on_show(turn["scan"], at).id, shown)
        return f"{self.house.settings.public_url}/my/in/{token}"

    def _on_show(self, name: str, at: datetime) -> Session:
        """The session whose screen stands in the hall: the one of that moment, else the first of the class."""
        every = self.sessions[name]
        return next((each for each in every if each.opens_at <= at <= each.ends_at + timedelta(minutes=30)), every[0])


async def set_up(talk: dict[str, Any], openid: str, shared: House) -> Scene:
    """The house that all talks share; for a talk that begins with `now` one of its own, with classes and the worker."""
    if "now" not in talk:
        return await _among_others(talk, openid, shared)
    clock = Clock()
    database = await fresh(shared.settings.database_url)
    scene = Scene(replace(shared, database=database, clock=clock), clock)
    scene.move(talk["now"])
    async with database.unit() as session:
        follower = await followers.meet(session, openid, clock())
        follower.region = shared.shelf.regions.find(talk["region"]) if "region" in talk else None
        person = await a_person(session, clock(), region=follower.region or shared.settings.region)
        if not talk.get("stranger"):
            follower.person_id = person.id
        school = Institution(
            name="鑫达职校", region=person.region, address="岳阳镇", phone="19900009001", occupations=["焊工", "电工"]
        )
        session.add(school)
        await session.flush()
        await _prepare(session, talk, person, clock())
        for told in talk.get("classes", ()):
            await _add_class(session, scene, school, told, person.id)
        if talk.get("asked"):
            await work_questions.ask(session, 4, 6, clock())
        if told := talk.get("round"):
            await a_round(session, person.region, told, clock())
        if talk.get("reminded"):
            await voucher_reminders.remind(session, clock())
        for nudge in await nudging.due(session, 9, clock(), timedelta()):
            await nudging.settle(session, nudge.key, "sent", clock())
        if trainees := talk.get("trainees"):
            await trained.teach(session, school, follower, trainees, scene.classes, scene.sessions, clock())
    return scene


async def _prepare(session: AsyncSession, talk: dict[str, Any], person: Person, now: datetime) -> None:
    """What else a talk may name: a document that goes on, the worker's vouchers, certificates, people of the registry."""
    if policy := talk.get("goes_on"):
        await a_policy_that_goes_on(session, now, policy)
    for occupation in talk.get("vouchers", ()):
        await a_voucher(session, person, now - timedelta(days=talk.get("issued", 0)), occupation)  # days ago
    for number, printed in enumerate(talk.get("certificates", ()), 1):
        session.add(_certificate(person, number, printed, now))
    for name, number in talk.get("registry", {}).items():
        known = id_number.read(number, now.date())
        await people.register(session, name, known, person.region, Source.REGISTRY, now)


def _certificate(person: Person, number: int, printed: str, now: datetime) -> Certificate:
    """电工 高级工"""
    occupation, level = printed.split()
    return Certificate(
        person_id=person.id, kind="职业技能等级证书", occupation=occupation, level=level, number=f"S{number:06d}",
        issuer="晋城市职业技能鉴定中心", issued_on=now.date(), entered_by="test", entered_at=now,
    )  # fmt: skip


async def _among_others(talk: dict[str, Any], openid: str, shared: House) -> Scene:
    assert isinstance(shared.clock, Day)
    shared.clock.day = talk.get("today")
    async with shared.database.unit() as session:
        follower = await followers.meet(session, openid, shared.clock())
        follower.region = shared.shelf.regions.find(talk["region"]) if "region" in talk else None
    return Scene(shared, shared.clock)


async def _add_class(
    session: AsyncSession, scene: Scene, school: Institution, told: dict[str, Any], person_id: int
) -> None:
    """焊工3班 with its sessions: 2026-11-23 上 8:30-12:00, and 取消：停电 where one is off."""
    known = ("factors", "sign_out", "made_up_most", "days", "state", "remark", "capacity", "occupation", "level")
    known += ("venue", "latitude", "longitude", "teachers")
    given = {"occupation": "焊工", "days": 25, **_VENUE, **{key: told[key] for key in known if key in told}}
    planned = [_session(line) for line in told.get("sessions", ())]
    starts = told.get("starts") or min((each.day for each in planned), default=scene.clock().date())
    training_class = TrainingClass(
        institution_id=school.id, region=school.region, name=told["name"], starts=starts, **given
    )
    if "ended" in told:  # days ago
        training_class.ended_at = scene.clock() - timedelta(days=told["ended"])
    session.add(training_class)
    await session.flush()
    for each in planned:
        each.class_id = training_class.id
    session.add_all(planned)
    if seating := told.get("seat", "seated"):
        enrolled_at = planned[0].starts_at if planned else scene.clock()
        session.add(
            Enrolment(class_id=training_class.id, person_id=person_id, enrolled_at=enrolled_at, seating=seating)
        )
    for _ in range(told.get("others", 0)):
        other = await a_person(session, scene.clock(), region=school.region)
        await enrolling.enrol(session, training_class, other, None, scene.clock(), enrolling.WORKER)
    await session.flush()
    scene.classes[told["name"]], scene.sessions[told["name"]] = training_class, planned


def _session(line: str) -> Session:
    times, _, why = line.partition(" 取消：")
    day, part, hours = times.split()
    starts, ends = (datetime.fromisoformat(f"{day} {time:0>5}").replace(tzinfo=CHINA) for time in hours.split("-"))
    off = {"cancelled_at": starts - timedelta(days=1), "cancelled_why": why} if why else {}
    return Session(day=date.fromisoformat(day), part=_PARTS[part], starts_at=starts, ends_at=ends, **off)

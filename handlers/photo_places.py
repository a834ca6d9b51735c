"""What a photo from the chat may belong to: proof of work, a claim's papers, an objection; and putting it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import work_proof
from records import claim_papers, filing, noticing, own_claims, people, photo_tray
from records.claim_papers import OPEN_TO_ADD
from records.employing import PROOF_NAMES, Job
from records.employments import WorkProof
from records.errors import Refused
from records.files import StoredFile
from records.objections import Answer
from records.people import Person
from records.photos import Photo

WORK = "work"


@dataclass(frozen=True)
class Place:
    """One thing that waits for a photo."""

    key: str  # work, paper:3, claim:7, objection:2
    words: str


async def open_to(
    session: AsyncSession, person: Person | None, openid: str, months: int, now: datetime
) -> Sequence[Place]:
    """What waits for a photo of this worker, the likeliest first; `months` is how long his work counts for a class."""
    objected = [
        Place(f"objection:{each.id}", f"异议{each.receipt}的照片")
        for each, _ in await noticing.of_follower(session, openid)
        if each.answer == Answer.OPEN
    ]
    if person is None:
        return objected
    return [*await _work(session, person, months, now), *await _papers(session, person), *objected]


async def choices(
    session: AsyncSession, person: Person | None, openid: str, months: int, now: datetime
) -> dict[str, str]:
    """Every place with the kind of proof, as a page offers them at once: target and words."""
    found: dict[str, str] = {}
    for place in await open_to(session, person, openid, months, now):
        kinds = [f"{WORK}:{proof}" for proof in PROOF_NAMES] if place.key == WORK else []
        found |= {target: words(target) for target in kinds} or {place.key: place.words}
    return found


async def send(session: AsyncSession, photo: Photo, target: str, months: int, now: datetime) -> None:
    """Aim a photo, and put it there if it is here already; else that is done as soon as it is fetched."""
    await photo_tray.aim(session, photo, target)
    if photo.is_here:
        await put(session, photo, months, now)


async def put(session: AsyncSession, photo: Photo, months: int, now: datetime) -> None:
    """Put a photo that is here where it was aimed at; Refused, with nothing changed, where it does not fit any more."""
    content = await photo_tray.content_of(session, photo)
    async with session.begin_nested():
        kept = await filing.keep(session, _named(photo), content, "worker", photo.sent_at)
        match photo.target.partition(":")[::2]:
            case (kind, proof) if kind == WORK:
                person = await people.get(session, photo.person_id) if photo.person_id else None
                await work_proof.hand_up(session, person, WorkProof(proof), kept, Job(), months, now)
            case ("objection", number):
                await _object(session, photo, int(number), kept, now)
            case (kind, number):
                await _paper(session, photo, kind, int(number), content, now)
        await photo_tray.settle(session, photo, kept, now)


def words(target: str) -> str:
    """What a place is called once a photo is aimed at it."""
    kind, _, detail = target.partition(":")
    if kind == WORK:
        return f"就业证明（{PROOF_NAMES[WorkProof(detail)]}）"
    return {"paper": "申领材料", "claim": "申领的补充材料", "objection": "异议的照片"}[kind]


async def _work(session: AsyncSession, person: Person, months: int, now: datetime) -> list[Place]:
    waiting = await work_proof.waiting(session, person, months, now)
    return [Place(WORK, f"就业证明（{waiting[0][1].name}）")] if waiting else []


async def _papers(session: AsyncSession, person: Person) -> list[Place]:
    found = []
    for own in await own_claims.of(session, person):
        if not own.is_mine or own.claim.state not in OPEN_TO_ADD:
            continue
        missing = [each.material for each in await claim_papers.of(session, own.claim) if not each.is_there]
        found += [Place(f"paper:{each.id}", f"{own.claim.number}的{each.name}") for each in missing]
        found.append(Place(f"claim:{own.claim.id}", f"{own.claim.number}的补充材料"))
    return found


async def _paper(session: AsyncSession, photo: Photo, kind: str, number: int, content: bytes, now: datetime) -> None:
    if kind == "paper":
        claim = await own_claims.with_paper(session, photo.person_id, number)
        await claim_papers.hand_in(session, claim, number, _named(photo), content, "worker", now)
    else:
        claim = await own_claims.mine(session, photo.person_id, number)
        await claim_papers.add(session, claim, _named(photo), content, "worker", now)


async def _object(session: AsyncSession, photo: Photo, number: int, kept: StoredFile, now: datetime) -> None:
    mine = {each.id: each for each, _ in await noticing.of_follower(session, photo.openid)}
    if number not in mine:
        raise Refused("您没有提过这条异议。")
    await noticing.show_photo(session, mine[number], kept.id, now)


def _named(photo: Photo) -> str:
    return f"微信照片{photo.sent_at:%Y%m%d%H%M}"

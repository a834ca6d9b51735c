"""The tray of photos from the chat: each is put in once, fetched by one process at a time, and placed or let go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import filing
from records.audience import place
from records.errors import Refused
from records.files import StoredFile
from records.filing import PICTURES
from records.followers import Follower
from records.people import Person
from records.photos import Photo
from records.staff import Staff

KEPT_DAYS = 30
MOST = 20  # photos of one worker that nobody has placed
_MOST_TRIES = 8  # to fetch one


async def receive(session: AsyncSession, key: str, follower: Follower, media_id: str, now: datetime) -> Photo:
    """Put a photo into the tray, to be fetched; the same message again is the same photo. Refused for too many."""
    if (there := (await session.scalars(select(Photo).where(Photo.key == key))).one_or_none()) is not None:
        return there
    if len(await waiting(session, follower.openid)) >= MOST:
        raise Refused(f"您有{MOST}张照片还没说是什么，先回复“我的照片”，放好或删掉几张再发。")
    photo = Photo(
        key=key,
        openid=follower.openid,
        person_id=follower.person_id,
        media_id=media_id[:200],
        sent_at=now,
        due_at=now,
        kept_until=now + timedelta(days=KEPT_DAYS),
    )
    session.add(photo)
    await session.flush()
    return photo


async def due(session: AsyncSession, most: int, now: datetime, lease: timedelta) -> Sequence[Photo]:
    """Take the next photos to fetch; nobody else gets them while the lease runs, and a lost one comes again after it."""
    ready = select(Photo).where(Photo.due_at <= now).order_by(Photo.due_at, Photo.id)
    taken = (await session.scalars(ready.limit(most).with_for_update(skip_locked=True))).all()
    for photo in taken:
        photo.due_at, photo.tries = now + lease, photo.tries + 1
    return taken


async def in_hand(session: AsyncSession, photo_id: int) -> Photo | None:
    """A photo that is still to be fetched, held; None where another process was as fast, or the worker deleted it."""
    photo = await session.get(Photo, photo_id, with_for_update=True, populate_existing=True)
    return photo if photo is not None and photo.due_at is not None else None


async def arrive(session: AsyncSession, photo: Photo, content: bytes) -> None:
    """Keep what was fetched, encrypted; Refused for what is no picture, is empty or too large."""
    kind = filing.kind_of(content)
    if kind not in PICTURES:
        raise Refused("这不是照片，请用相机拍或从相册里选一张再发。")
    photo.sealed = session.info["vault"].seal_file(content)
    photo.is_here, photo.due_at = True, None
    await session.flush()


async def fail(session: AsyncSession, photo: Photo, why: str) -> None:
    """Say that a photo cannot be had."""
    photo.problem, photo.due_at, photo.target = why[:120], None, ""
    await session.flush()


async def postpone(session: AsyncSession, photo: Photo, until: datetime) -> bool:
    """Try again later; False when it was tried often enough."""
    photo.due_at = until
    await session.flush()
    return photo.tries < _MOST_TRIES


async def aim(session: AsyncSession, photo: Photo, target: str) -> None:
    """Say what a photo belongs to; Refused for one that is placed already or could not be had."""
    await session.refresh(photo, with_for_update=True)
    if photo.file_id is not None:
        raise Refused("这张照片已经放好了，不用再放。")
    if photo.problem:
        raise Refused("这张照片没有取到，请再发一次。")
    if photo.person_id is None and (follower := await session.get(Follower, photo.openid)) is not None:
        photo.person_id = follower.person_id  # he has said who he is since he sent it
    photo.target, photo.set_aside = target, False
    await session.flush()


async def settle(session: AsyncSession, photo: Photo, kept: StoredFile, now: datetime) -> None:
    """Write down that a photo went where it belongs."""
    photo.file_id, photo.placed_at, photo.sealed = kept.id, now, None
    await session.flush()


async def content_of(session: AsyncSession, photo: Photo) -> bytes:
    """The bytes of a photo that is here; Refused before it is fetched."""
    if photo.file_id is not None:
        return await filing.content_of(session, await session.get_one(StoredFile, photo.file_id))
    sealed = await session.scalar(select(Photo.sealed).where(Photo.id == photo.id))
    if sealed is None:
        raise Refused("这张照片还在取，过一会儿再看。" if not photo.problem else "这张照片没有取到，请再发一次。")
    opened: bytes = session.info["vault"].open_file(sealed)
    return opened


async def waiting(session: AsyncSession, openid: str) -> Sequence[Photo]:
    """A worker's photos that are not placed, the oldest first; those that could not be had are not among them."""
    mine = select(Photo).where(Photo.openid == openid, Photo.file_id.is_(None), Photo.problem == "")
    return (await session.scalars(mine.order_by(Photo.id))).all()


async def one_of(session: AsyncSession, openid: str, photo_id: int) -> Photo:
    """A worker's own photo; Refused where he has none of this key."""
    photo = await session.get(Photo, photo_id)
    if photo is None or photo.openid != openid:
        raise Refused("没有这张照片，可能已经删掉了。")
    return photo


async def drop(session: AsyncSession, photo: Photo) -> None:
    """Delete a photo that was not placed; Refused for one that was."""
    await session.refresh(photo, with_for_update=True)
    if photo.file_id is not None:
        raise Refused("这张照片已经放进材料里，不能在这里删。")
    await session.delete(photo)
    await session.flush()


async def of_office(session: AsyncSession, account: Staff, most: int = 100) -> Sequence[tuple[Photo, Person | None]]:
    """Photos at an account's place that nobody has placed, the newest first, with who sent them where that is known."""
    rows = await session.execute(
        select(Photo, Person)
        .outerjoin(Person, Person.id == Photo.person_id)
        .where(
            Photo.file_id.is_(None),
            Photo.problem == "",
            or_(Photo.person_id.is_(None), Person.region.startswith(place(account.region))),
        )
        .order_by(Photo.id.desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows]


async def seen_by(session: AsyncSession, account: Staff, photo_id: int) -> Photo:
    """One photo, for the office of its sender's place; Refused elsewhere."""
    photo = await session.get(Photo, photo_id)
    person = await session.get(Person, photo.person_id) if photo and photo.person_id else None
    if photo is None or (person is not None and not person.region.startswith(place(account.region))):
        raise Refused("没有这张照片，可能已经放好或删掉了。")
    return photo


async def forget(session: AsyncSession, openid: str) -> None:
    """Forget a worker's photos; what was placed stays with what it proves."""
    await session.execute(delete(Photo).where(Photo.openid == openid))


async def forget_before(session: AsyncSession, now: datetime) -> None:
    """Let go what was kept long enough."""
    await session.execute(delete(Photo).where(Photo.kept_until < now))

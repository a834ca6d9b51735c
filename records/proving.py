"""Proving that a class was taught: photos and recordings, each kept once and until a day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from records import audit
from records.audit import Event
from records.classes import TrainingClass
from records.errors import Refused
from records.evidence import Evidence
from records.sessions import Session
from records.staff import Staff
from records.trainers import class_for, hold_trainer

LARGEST_PHOTO = 8 << 20  # bytes
_LONGEST_LINK = 500
_LINK = re.compile(r"https://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?")


@dataclass(frozen=True)
class About:
    """What a photo or a recording shows, and how long it must be kept."""

    training_class: TrainingClass
    sitting: Session | None  # None: the class as a whole
    said: str
    kept_until: date


def kind_of(content: bytes) -> str:
    """The media type of a photo by its first bytes; Refused for what is no JPEG, PNG or WebP, or too large."""
    if len(content) > LARGEST_PHOTO:
        size = len(content) / (1 << 20)
        raise Refused(f"照片最大{LARGEST_PHOTO >> 20}MB，这张有{size:.1f}MB，请用手机相册里的“压缩”再传。")
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise Refused("照片要JPG、PNG或WebP格式，这个文件不是。请换一张，或把它另存成JPG再传。")


async def add_photo(
    session: AsyncSession, about: About, content: bytes, account: Staff, now: datetime
) -> tuple[Evidence, bool]:
    """Keep a photo as it came; the same photo of the same class is there already, and False says so."""
    kind, checksum = kind_of(content), hashlib.sha256(content).hexdigest()
    photo = Evidence(kind=kind, photo=content, checksum=checksum, link="")
    return await _add(session, about, photo, account, now)


async def add_link(
    session: AsyncSession, about: About, link: str, account: Staff, now: datetime
) -> tuple[Evidence, bool]:
    """Keep the https address of a recording; the same address of the same class is there already."""
    link = link.strip()
    if len(link) > _LONGEST_LINK:
        raise Refused(f"录像地址最多{_LONGEST_LINK}个字符，您填的有{len(link)}个，请用短一些的分享链接。")
    if not _LINK.fullmatch(link):
        raise Refused("录像地址要以https://开头，如https://pan.example.cn/s/1abc，请从录像平台复制分享链接。")
    return await _add(session, about, Evidence(link=link, kind="", checksum=""), account, now)


async def of_class(session: AsyncSession, training_class: TrainingClass) -> Sequence[tuple[Evidence, Session | None]]:
    """All that is kept of a class, the latest first, with the session that it shows."""
    rows = await session.execute(
        select(Evidence, Session)
        .outerjoin(Session, Session.id == Evidence.session_id)
        .where(Evidence.class_id == training_class.id)
        .order_by(Evidence.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


async def photo_for(session: AsyncSession, evidence_id: int, account: Staff) -> Evidence:
    """One photo with its content; Refused for an account that has nothing to do with the class."""
    wanted = select(Evidence).where(Evidence.id == evidence_id).options(undefer(Evidence.photo))
    found = (await session.scalars(wanted.execution_options(populate_existing=True))).one_or_none()
    if found is None or found.photo is None:
        raise Refused("没有这张照片，请从“照片和录像”里点进去。")
    await class_for(session, found.class_id, account)
    return found


async def _add(
    session: AsyncSession, about: About, wanted: Evidence, account: Staff, now: datetime
) -> tuple[Evidence, bool]:
    training_class = about.training_class
    hold_trainer(training_class, account)
    # The button may be tapped twice: the second waits here and finds what the first has kept.
    await session.refresh(training_class, with_for_update=True)
    same = Evidence.class_id == training_class.id, Evidence.checksum == wanted.checksum, Evidence.link == wanted.link
    if earlier := (await session.scalars(select(Evidence).where(*same))).one_or_none():
        return earlier, False
    wanted.class_id, wanted.session_id = training_class.id, about.sitting.id if about.sitting else None
    wanted.said, wanted.kept_until = about.said.strip(), about.kept_until
    wanted.added_at, wanted.added_by = now, account.id
    session.add(wanted)
    await session.flush()
    details = {"evidence": wanted.id, "kind": wanted.kind or "link", "checksum": wanted.checksum}
    until = wanted.kept_until.isoformat()
    await audit.append(
        session, Event.CLASS_EVIDENCE_ADD, account.actor, training_class.thing, now, kept_until=until, **details
    )
    return wanted, True

"""Filing: a file that was handed in is kept as it came, once, whoever hands it in again."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.errors import Refused
from records.files import StoredFile

LARGEST = 10 << 20  # bytes
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SEALED = "application/octet-stream"  # the kind of a file that is kept encrypted
_LONGEST_NAME = 120


def kind_of(content: bytes) -> str:
    """The media type by the first bytes; Refused for what is empty, too large, or no picture, PDF, Word or Excel."""
    if not content:
        raise Refused("这个文件是空的，请换一个。")
    if len(content) > LARGEST:
        raise Refused(f"文件最大{LARGEST >> 20}MB，这个有{len(content) / (1 << 20):.1f}MB，请压缩后再传。")
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04") and (kind := _office(content)):
        return kind
    raise Refused("要照片（JPG、PNG、WebP）、PDF、Word（.docx）或Excel（.xlsx），这个文件不是。请另存后再传。")


async def keep(session: AsyncSession, name: str, content: bytes, actor: str, now: datetime) -> StoredFile:
    """The stored file with this content; Refused as by kind_of."""
    return await _kept(session, name, content, kind_of(content), hashlib.sha256(content).hexdigest(), actor, now)


async def keep_sealed(session: AsyncSession, name: str, content: bytes, actor: str, now: datetime) -> StoredFile:
    """The stored file with this content, encrypted, for what names many people; its checksum is a blind index."""
    vault, checksum = session.info["vault"], hashlib.sha256(content).hexdigest()
    return await _kept(session, name, vault.seal_file(content), SEALED, vault.index(checksum), actor, now)


async def unsealed(session: AsyncSession, kept: StoredFile) -> bytes:
    """The bytes of a file that was kept sealed."""
    opened: bytes = session.info["vault"].open_file(await content_of(session, kept))
    return opened


async def content_of(session: AsyncSession, kept: StoredFile) -> bytes:
    """The bytes of a file, which are read only when they are asked for."""
    return (await session.scalars(select(StoredFile.content).where(StoredFile.id == kept.id))).one()


async def _kept(
    session: AsyncSession, name: str, content: bytes, kind: str, checksum: str, actor: str, now: datetime
) -> StoredFile:
    if there := (await session.scalars(select(StoredFile).where(StoredFile.checksum == checksum))).one_or_none():
        return there
    kept = StoredFile(
        checksum=checksum,
        name=name[-_LONGEST_NAME:],
        kind=kind,
        size=len(content),
        content=content,
        added_at=now,
        added_by=actor,
    )
    session.add(kept)
    await session.flush()
    return kept


def _office(content: bytes) -> str:
    """A Word or Excel file is a zip file that names its first folder."""
    for folder, kind in ((b"word/", "wordprocessingml.document"), (b"xl/", "spreadsheetml.sheet")):
        if folder in content:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return ""

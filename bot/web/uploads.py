"""A file that came with a form, and what it may be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from aiohttp.web import FileField
from pydantic import AfterValidator

MEGABYTE = 1 << 20
LARGEST = 12 * MEGABYTE  # of a whole form with its files; a phone's photo has 2 to 8


@dataclass(frozen=True)
class Upload:
    """A file as it came; its name is only a name, without folders."""

    name: str
    content: bytes

    @classmethod
    def of(cls, sent: FileField) -> Upload:
        """The file of a form's field."""
        return cls(PurePath(sent.filename.replace("\\", "/")).name, sent.file.read())

    @property
    def ending(self) -> str:
        """.xlsx"""
        return PurePath(self.name).suffix.lower()


def file_of(*endings: str, megabytes: int = 5) -> AfterValidator:
    """A field for a file: `roster: Annotated[Upload, file_of(".xlsx", ".csv")]`."""

    def check(upload: Upload) -> Upload:
        if upload.ending not in endings:
            raise ValueError(f"要{'、'.join(endings)}文件，您选的是“{upload.name}”，请换一个。")
        if not upload.content:
            raise ValueError(f"“{upload.name}”是空的，请换一个。")
        if len(upload.content) > megabytes * MEGABYTE:
            size = len(upload.content) / MEGABYTE
            raise ValueError(f"文件最大{megabytes}MB，“{upload.name}”有{size:.1f}MB，请压缩后再传。")
        return upload

    return AfterValidator(lambda upload: None if upload is None else check(upload))

"""A photo in a form: known by its first bytes, whatever its name says."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from bot.web.uploads import Upload
from records import proving
from records.errors import Refused

ACCEPTED = "image/jpeg,image/png,image/webp"


def _check(photo: Upload) -> Upload:
    try:
        proving.kind_of(photo.content)
    except Refused as refusal:
        raise ValueError(refusal.reason) from refusal
    return photo


Photo = Annotated[Upload, AfterValidator(_check)]

"""A form: what was typed, read into a pydantic model, or given back whole with one sentence a field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from aiohttp import web
from multidict import MultiDictProxy, MultiMapping
from pydantic import AfterValidator, BaseModel, ValidationError

from bot.web.faults import sentence
from bot.web.uploads import Upload
from config.settings import CHINA
from records.errors import Refused

Model = TypeVar("Model", bound=BaseModel)
Typed = str | list[str]
ChinaTime = Annotated[datetime, AfterValidator(lambda typed: typed.replace(tzinfo=CHINA))]  # as people type it


@dataclass(frozen=True)
class Filled(Generic[Model]):
    """A form as it stands: what was typed, what is wrong with it, and the model where nothing is."""

    values: Mapping[str, Typed]
    errors: Mapping[str, str] = field(default_factory=dict)
    told: Model | None = None
    problem: str = ""

    @property
    def is_wrong(self) -> bool:
        """Must it be shown again?"""
        return bool(self.errors or self.problem)

    def value(self, name: str) -> str:
        """What stands in a field of one line."""
        found = self.values.get(name, "")
        return found if isinstance(found, str) else next(iter(found), "")

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a field of several choices."""
        found = self.values.get(name, [])
        return found if isinstance(found, list) else [found] if found else []

    def error(self, name: str) -> str:
        """The sentence under a field."""
        return self.errors.get(name, "")

    def refused(self, refusal: Refused, name: str = "") -> Filled[Model]:
        """The same form with a rule's refusal on top, or under the field that it is about."""
        if name:
            return replace(self, told=None, errors={**self.errors, name: refusal.reason}, problem=_count(1))
        return replace(self, told=None, problem=refusal.reason)


def blank(model: type[Model], **values: Any) -> Filled[Model]:
    """The form before anybody typed: the model's defaults, and what is given here."""
    defaults = {
        name: info.get_default(call_default_factory=True)
        for name, info in model.model_fields.items()
        if not info.is_required() and name not in values
    }
    return Filled({name: _typed(value) for name, value in (defaults | values).items()})


async def read_form(request: web.Request, model: type[Model]) -> Filled[Model]:
    """What was sent, as a filled form; `told` is the model, or None where something is wrong."""
    return read(await request.post(), model)


def read_query(request: web.Request, model: type[Model]) -> Filled[Model]:
    """The same from the address of a page."""
    return read(request.query, model)


def plain(text: str) -> str:
    """Text as a database takes it: lines end in \\n, no NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "")


def read(sent: MultiDictProxy[Any] | MultiMapping[Any], model: type[Model]) -> Filled[Model]:
    """The same of what is at hand, such as one line of a grid."""
    values: dict[str, Typed] = {}
    given: dict[str, Any] = {}
    has_file = False
    for name, info in model.model_fields.items():
        if isinstance(upload := sent.get(name), web.FileField):
            has_file = bool(upload.filename)
            given |= {name: Upload.of(upload)} if has_file else {}
        elif _takes(info.annotation, list, tuple, set, frozenset):
            values[name] = chosen = [plain(each) for each in sent.getall(name, []) if each and isinstance(each, str)]
            given |= {name: chosen} if chosen else {}
        else:
            values[name] = typed = plain(upload) if isinstance(upload, str) else ""
            text = typed if _takes(info.annotation, str) else unicodedata.normalize("NFKC", typed)
            given |= {name: text.strip()} if text.strip() else {}
    try:
        return Filled(values, told=model.model_validate(given))
    except ValidationError as error:
        return _wrong(values, model, error, has_file)


def _wrong(values: Mapping[str, Typed], model: type[Model], error: ValidationError, has_file: bool) -> Filled[Model]:
    errors: dict[str, str] = {}
    whole = ""
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if name:
            errors.setdefault(name, sentence(fault, model.model_fields[name]))
        else:
            whole = sentence(fault)
    again = "文件要重新选一次。" if has_file else ""
    return Filled(values, errors, problem=(whole or _count(len(errors))) + again)


def _count(faults: int) -> str:
    return f"有{faults}处要改，改好再提交，其他内容都还在。"


def _takes(annotation: Any, *types: type) -> bool:
    """Is this, or a part of this (list[str], str | None), one of the types? What is inside a list does not count."""
    kind = get_origin(annotation) or annotation
    if isinstance(kind, type) and kind in types:
        return True
    inside = () if kind in (list, tuple, set, frozenset, dict) else get_args(annotation)
    return any(_takes(each, *types) for each in inside)


def _typed(value: Any) -> Typed:
    """How a value stands in its field."""
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case Enum():
            return str(value.value)
        case datetime():
            return f"{value.astimezone(CHINA):%Y-%m-%dT%H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case list() | tuple() | set() | frozenset():
            return [str(_typed(each)) for each in value]
        case _:
            return str(value)

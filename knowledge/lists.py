"""Question lists: an office's own questions and answers on any subject, one a row."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from knowledge import sheets
from knowledge.errors import ListError
from knowledge.regions import Regions
from knowledge.sheets import Line

_COLUMNS = Path(__file__).with_name("list_columns.yaml")
_BETWEEN_WORDINGS = re.compile(r"[|｜\n]")
_BEHIND_A_NAME = re.compile(r"[\s\d*:]+$|\(.*\)$")
_HEADER_WITHIN = 10  # rows: many tables open with a title and a note
_LONGEST_TITLE = 60  # characters
_LONGEST = {"id": 64, "question": 200, "wordings": 4000, "answer": 5000, "source": 300}  # characters
_NAMES = {
    "id": "编号",
    "question": "问题",
    "wordings": "相似问法",
    "answer": "答案",
    "source": "来源",
    "region": "地区",
}


@dataclass(frozen=True)
class Row:
    """One question with its answer."""

    id: str  # as the list numbers it, else which row it is, counted from 1
    question: str
    answer: str
    wordings: tuple[str, ...] = ()  # other ways to ask it
    source: str = ""
    region: str | None = None  # GB/T 2260 code; None holds everywhere


@dataclass(frozen=True)
class Problem:
    """A row that was left out, and why."""

    where: str
    says: str


@dataclass(frozen=True)
class QuestionList:
    """A list ready for use, with the rows that could not be taken."""

    title: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def checksum(self) -> str:
        """SHA-256 of what the rows say: the same list saved anew, or as another kind of file, has the same."""
        said = json.dumps([astuple(row) for row in self.rows], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


def read_list(path: Path, regions: Regions, title: str = "", region: str | None = None) -> QuestionList:
    """Read a CSV or XLSX file; ListError where it holds no list, problems where only rows are wrong.

    The title is the file's name unless one is given; rows that name no region get the one given, else hold everywhere.
    """
    title = title.strip() or path.stem
    if len(title) > _LONGEST_TITLE:
        raise ListError(path.name, f"名称有{len(title)}个字，最多{_LONGEST_TITLE}个，请用 --title 起个短的。")
    reader = _Reader(regions)
    found = False
    for lines in sheets.read(path):
        for number, line in enumerate(lines[:_HEADER_WITHIN]):
            columns = _columns(line)
            if {"question", "answer"} <= columns.keys():
                found = True
                reader.take(lines[number + 1 :], columns)
                break
    if not found:
        raise ListError(path.name, "没找到表头：要有“问题”和“答案”两列（可另有编号、相似问法、来源、地区）。")
    if not reader.rows and not reader.problems:
        raise ListError(path.name, "只有表头，没有一条问答。")
    rows = tuple(row if row.region else replace(row, region=region) for row in reader.rows)
    return QuestionList(title, rows, tuple(reader.problems))


class _Reader:
    """Takes rows in, one after another; what is wrong with one is kept beside the others."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._seen: dict[str, str] = {}  # id -> where
        self._count = 0
        self.rows: list[Row] = []
        self.problems: list[Problem] = []

    def take(self, lines: Sequence[Line], columns: Mapping[str, Sequence[int]]) -> None:
        for line in lines:
            self._count += 1
            cells = {name: _cell(line, places) for name, places in columns.items()}
            if says := self._wrong(cells):
                self.problems.append(Problem(line.where, says))
            else:
                self._seen[self._id(cells)] = line.where
                self.rows.append(self._row(cells))

    def _wrong(self, cells: Mapping[str, str]) -> str:
        """What is wrong with a row; empty where nothing is."""
        for name in ("question", "answer"):
            if not cells[name]:
                return f"没有{_NAMES[name]}。"
        for name, text in cells.items():
            if text.startswith("="):
                return f"{_NAMES[name]}是公式（{text[:20]}），请粘贴成数值。"
            if len(text) > _LONGEST.get(name, len(text)):
                return f"{_NAMES[name]}有{len(text)}个字，最多{_LONGEST[name]}个。"
        if (id := self._id(cells)) in self._seen:
            return f"编号“{id}”和{self._seen[id]}重复。"
        if (place := cells.get("region")) and self._region(place) is None:
            return f"不认识地区“{place}”，请写全名（如 陵川县）或6位代码。"
        return ""

    def _row(self, cells: Mapping[str, str]) -> Row:
        others = (wording.strip() for wording in _BETWEEN_WORDINGS.split(cells.get("wordings", "")))
        wordings = tuple(dict.fromkeys(wording for wording in others if wording and wording != cells["question"]))
        region = self._region(place) if (place := cells.get("region")) else None
        return Row(self._id(cells), cells["question"], cells["answer"], wordings, cells.get("source", ""), region)

    def _id(self, cells: Mapping[str, str]) -> str:
        return cells.get("id") or str(self._count)

    def _region(self, text: str) -> str | None:
        is_code = len(text) == 6 and text.isdecimal() and self._regions.name(text) != text
        return text if is_code else self._regions.find(text)


def _columns(line: Line) -> dict[str, list[int]]:
    """Which column holds what, by the names in a header."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(line.cells):
        if name := _names().get(_BEHIND_A_NAME.sub("", unicodedata.normalize("NFKC", cell).lower().strip("* "))):
            found.setdefault(name, []).append(place)
    return {name: places if name == "wordings" else places[:1] for name, places in found.items()}


def _cell(line: Line, places: Sequence[int]) -> str:
    """What a row says in the columns of one name."""
    return "\n".join(line.cells[place] for place in places if place < len(line.cells) and line.cells[place])


@cache
def _names() -> dict[str, str]:
    listed = yaml.safe_load(_COLUMNS.read_text(encoding="utf-8"))
    return {form: name for name, forms in listed.items() for form in forms}

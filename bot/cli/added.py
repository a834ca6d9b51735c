"""Knowledge that is added for one run: official documents and question lists, told apart by what the files are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.errors import FileError
from knowledge.lists import QuestionList, read_list
from knowledge.official import Official, read_official
from knowledge.regions import Regions

_LISTS = {".csv", ".xlsx"}
_DOCUMENTS = {".txt", ".docx", ".pdf"}


def read_added(files: Sequence[Path]) -> tuple[list[QuestionList], list[Official]]:
    """Read files of both kinds; FileError names the first that is neither or cannot be read."""
    regions = Regions()
    lists, officials = list[QuestionList](), list[Official]()
    for file in files:
        if file.suffix.lower() in _LISTS:
            lists.append(read_list(file, regions))
        elif file.suffix.lower() in _DOCUMENTS:
            officials.append(read_official(file, regions).official)
        else:
            raise FileError(file.name, "要文件原文（txt、docx、pdf）或问答表（csv、xlsx）。")
    return lists, officials

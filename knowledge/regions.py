"""Places: their names in any usual form, and the chain from a county up to its province (GB/T 2260)."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import yaml

_SUFFIXES = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市", "县", "区")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Regions:
    """Every place that the service can name."""

    def __init__(self, path: Path = Path(__file__).with_name("regions.yaml")) -> None:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        self._aliases: dict[int, list[str]] = raw["aliases"]
        listed = raw["provinces"] | raw["cities"] | raw["counties"]
        self._names = {str(code): name for code, name in listed.items()}

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Code of every form of every name: 陵川县, 陵川, 山西省陵川县."""
        forms: dict[str, str] = {}
        for code, name in self._names.items():
            for form in (name, _short(name)):
                forms.setdefault(form, code)
                above = [self.name(up) for up in chain(code)[1:]]
                for prefix in {"".join(reversed(above)), *above, *map(_short, above)}:
                    forms.setdefault(prefix + form, code)
        for number, aliases in self._aliases.items():
            for alias in aliases:
                forms.setdefault(alias, str(number))
        return forms

    def name(self, code: str) -> str:
        """The full name of a place; its code where it has none here."""
        return self._names.get(code) or next(iter(self._aliases.get(int(code), [])), code)

    def find(self, text: str) -> str | None:
        """The code of a place written in any usual form."""
        return self.by_name.get(text.strip())


def chain(code: str) -> list[str]:
    """A place and all above it, nearest first: county, city, province."""
    return list(dict.fromkeys([code, code[:4] + "00", code[:2] + "0000"]))


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name

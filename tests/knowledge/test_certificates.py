"""The kinds of certificate are those of the documents, and every one has a number that can be right."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.certificates import LEVELS, catalogue, kind_called, level_called, normal
from knowledge.library import load


def test_the_kinds_are_those_that_the_documents_count() -> None:
    policies = {policy.id: policy for policy in load()}
    paying = policies["lingchuan-2020-62"].schemes["certificate_subsidy"]
    counted = next(each.one_of for each in paying.conditions if each.fact == "certificate")
    assert counted is not None and set(catalogue().kinds) == set(counted)
    basis = policies[catalogue().policy_id]
    assert len(catalogue().kinds) == basis.figures.value("certificate_kinds")
    assert catalogue().at in {section.at for section in basis.document.sections}
    assert catalogue().high < set(LEVELS)


@pytest.mark.parametrize("kind, level, number", [
    ("职业技能等级证书", "高级工", "S000014141025263000001"),
    ("职业技能等级证书", "初级工", "Y000014141025265000001"),
    ("职业资格证书", "中级工", "2604003000400123"),
    ("专项职业能力证书", "", "1404262500123"),
    ("特种作业操作证", "", "T14102519880506012X"),
    ("特种设备作业人员证", "", "TS6KSXX123456"),
])  # fmt: skip
def test_a_number_as_it_is_printed_is_right(kind: str, level: str, number: str) -> None:
    assert catalogue().kinds[kind].fault(level, number, date(2026, 11, 20)) == ""
    assert normal(f" {number[:4]}－{number[4:].lower()} ") == number


def test_what_people_call_them() -> None:
    assert [kind_called(words) for words in ("等级证", "特种作业证", "驾照")] == [
        "职业技能等级证书",
        "特种作业操作证",
        "驾照",
    ]
    assert [level_called(words) for words in ("三级/高级工", "四级", "二级工")] == ["高级工", "中级工", "技师"]

"""A policy file that does not hold is refused, with the file, the place and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import PolicyError
from knowledge.library import read

GOOD = """
document: {id: t-2024-1, title: 试行办法, number: 试〔2024〕1号, issuer: 试县, region: "141025", issued: 2024-01-01,
  period: {start: 2024-01-01, end: 2024-12-31}, source: t.txt}
register: {verified: 2024-01-02, by: 编辑, good_until: 2024-12-31}
sections: [{at: 一, gist: 标准}]
figures: {rate: {value: 150, unit: 元, at: 一}}
schemes:
  - {id: general_training, name: 普惠培训, payee: institution, claimed: class, payee_say: 付给机构, at: [一],
     amount: {kind: daily, steps: [{rate: rate}]}}
answers: [{topic: training.amount, ask: [补多少], say: "每天{rate}。", at: [一]}]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    policy = read(written(tmp_path, GOOD))
    assert policy.figures.fill(policy.answers[0].say) == "每天150元。"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (GOOD.replace("unit: 元, at: 一", "unit: 元"), "figures.rate.at"),
        (GOOD.replace("unit: 元, at: 一", "unit: 元, at: 九"), "section '九' is not in sections"),
        (GOOD.replace("每天{rate}", "每天150元"), "'150元' is typed into the text"),
        (GOOD.replace("{rate}", "{daily}"), "{daily} is not among the figures"),
        (GOOD.replace("[{rate: rate}]", "[{rate: tariff}]"), "tariff is not among the figures"),
        (GOOD.replace("at: [一]}]", "at: [二]}]"), "section '二' is not in sections"),
        (GOOD.replace("source: t.txt", "source: t.txt, colour: red"), "document.colour"),
        ("document: [", "not YAML"),
    ],
    ids=[
        "no citation",
        "unknown section",
        "typed figure",
        "unknown figure",
        "unknown rate",
        "answer's section",
        "extra key",
        "no YAML",
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, broken: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        read(written(tmp_path, broken))
    assert "t.yaml" in str(refused.value)
    assert said in str(refused.value)

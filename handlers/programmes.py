"""Programmes: a scheme of one document, found again from what a claim or a budget keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.facts import FactKind, catalogue
from knowledge.library import Policy
from knowledge.model import Payee, Scheme
from knowledge.shelf import Shelf

PAYEE_NAMES = {
    Payee.WORKER: "个人",
    Payee.INSTITUTION: "培训机构",
    Payee.ENTERPRISE: "企业",
    Payee.SCHOOL: "学校",
    Payee.ORGANISER: "组织单位",
    Payee.ASSESSOR: "评价机构",
    Payee.AGENCY: "服务机构",
    Payee.OFFICE: "经办单位",
}
_COUNTED = {"pass_rate": "passed", "employment_rate": "employed", "licence_rate": "licensed"}
_RECORDED = frozenset({"people", "passed", "employed", "days"})  # of a class: counted, never asked


@dataclass(frozen=True)
class Programme:
    """One scheme with its document."""

    policy: Policy
    scheme: Scheme

    @property
    def key(self) -> str:
        """guxian-2024-15:order_training"""
        return f"{self.policy.id}:{self.scheme.id}"

    @property
    def name(self) -> str:
        """订单式、项目制培训补贴"""
        return self.scheme.name

    @property
    def basis(self) -> str:
        """古人社发〔2024〕15号 三（一）2"""
        return f"{self.policy.name} {'、'.join(self.scheme.at)}"

    @property
    def materials(self) -> list[str]:
        """The papers that the document asks for, in its order."""
        return [self.policy.figures.fill(each) for each in self.scheme.materials]

    @property
    def payee(self) -> str:
        """培训机构"""
        return PAYEE_NAMES[self.scheme.payee]

    def part_name(self, part: int) -> str:
        """先付; empty where it is paid at once."""
        return self.scheme.parts[part - 1].name if 0 < part <= len(self.scheme.parts) else ""

    def told_of_class(self) -> list[FactKind]:
        """What has to be told of a class, because no record knows it."""
        gates = [gate for part in self.scheme.parts for gate in part.when]
        names = [_COUNTED.get(each.fact, each.fact) for each in (*self.scheme.conditions, *gates)]
        kinds = [catalogue()[name] for name in dict.fromkeys(names)]
        return [kind for kind in kinds if kind.whose == "class" and kind.name not in _RECORDED]


def find(shelf: Shelf, policy_id: str, scheme_id: str) -> Programme | None:
    """The programme of these ids; None where its document is not on the shelf any more."""
    policy = next((each for each in shelf.policies if each.id == policy_id), None)
    scheme = policy.schemes.get(scheme_id) if policy else None
    return Programme(policy, scheme) if policy and scheme else None


def by_key(shelf: Shelf, key: str) -> Programme | None:
    """The programme of a form's choice."""
    policy_id, _, scheme_id = key.partition(":")
    return find(shelf, policy_id, scheme_id)


def of_place(shelf: Shelf, region: str) -> Iterator[Programme]:
    """Every programme of a place that the office pays, its own documents first."""
    for policy in shelf.documents(region):
        for scheme in policy.schemes.values():
            if scheme.claimed != "never":
                yield Programme(policy, scheme)

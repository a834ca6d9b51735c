"""Reports: the figures of a period and place by a cut, beside those of the period before, in the office's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import periods, programmes
from handlers.context import House
from handlers.periods import Period
from knowledge.certificates import LEVELS
from records import reporting
from records.report_figures import MONEY, Cut, Figure, Scope
from records.reporting import Sums

UNKNOWN = "未注明"
TREND = 6  # periods of the trend
CUT_NAMES = {
    Cut.REGION: "地区",
    Cut.PROGRAMME: "项目",
    Cut.OCCUPATION: "工种",
    Cut.LEVEL: "等级",
    Cut.GROUP: "人群",
    Cut.INSTITUTION: "培训机构",
}
FIGURE_NAMES = {
    Figure.SESSIONS: "上课节数",
    Figure.DUE: "应到人次",
    Figure.ATTENDED: "实到人次",
    Figure.TRAINED: "结业人次",
    Figure.QUALIFIED: "结业已取证",
    Figure.EMPLOYED: "结业已就业",
    Figure.ASSESSED: "参加评价",
    Figure.PASSED: "评价合格",
    Figure.CERTIFIED: "取证本数",
    Figure.SKILLED: "新增技能人才",
    Figure.HIGHLY_SKILLED: "新增高技能人才",
    Figure.ISSUED: "发券",
    Figure.USED: "用券",
    Figure.REDEEMED: "兑现",
    Figure.BUDGET: "全年预算",
    Figure.RESERVED: "在审",
    Figure.APPROVED: "已批待付",
    Figure.PAID: "已付",
}
FIGURE_NOTES = {
    Figure.SESSIONS: "这段时间里上完的课，不含取消的。",
    Figure.DUE: "上完的课的应到人次，不含请假。",
    Figure.ATTENDED: "应到里到了的；要签退而没签退的不算。",
    Figure.TRAINED: "这段时间里结业的班，在册的学员。",
    Figure.QUALIFIED: "这段时间结业的学员里，到今天已有这个班的证书的。",
    Figure.EMPLOYED: "这段时间结业的学员里，到今天就业证明核对过的。",
    Figure.ASSESSED: "评价日期在这段时间的，不含没来考的。",
    Figure.PASSED: "评价日期在这段时间、结果合格的。",
    Figure.CERTIFIED: "发证日期在这段时间的证书，一本算一本。",
    Figure.SKILLED: "这段时间发的证书里，让人成为新增技能人才的；高技能另计，不重复。",
    Figure.HIGHLY_SKILLED: "这段时间发的证书里，让人成为新增高技能人才的。",
    Figure.ISSUED: "这段时间发出的培训券。",
    Figure.USED: "这段时间在班上核验用掉的券，后来退回的不算。",
    Figure.REDEEMED: "这段时间兑现了补贴的券。",
    Figure.BUDGET: "所在年份全年的预算，不分月。",
    Figure.RESERVED: "这段时间申请、现在还在审的钱。",
    Figure.APPROVED: "这段时间申请、已经批准还没付的钱。",
    Figure.PAID: "这段时间付出的钱。",
}


@dataclass(frozen=True)
class Rate:
    """A share of two figures of the same rows."""

    name: str
    part: Figure
    whole: Figure


Column = Figure | Rate
ATTENDANCE = Rate("到课率", Figure.ATTENDED, Figure.DUE)
PASSING = Rate("合格率", Figure.PASSED, Figure.ASSESSED)
QUALIFYING = Rate("取证率", Figure.QUALIFIED, Figure.TRAINED)
EMPLOYMENT = Rate("就业率", Figure.EMPLOYED, Figure.TRAINED)
THEMES: Mapping[str, Sequence[Column]] = {
    "培训": (Figure.SESSIONS, Figure.DUE, Figure.ATTENDED, ATTENDANCE),
    "结业": (Figure.TRAINED, Figure.QUALIFIED, QUALIFYING, Figure.EMPLOYED, EMPLOYMENT),
    "评价取证": (
        Figure.ASSESSED, Figure.PASSED, PASSING, Figure.CERTIFIED, Figure.SKILLED, Figure.HIGHLY_SKILLED,
    ),
    "培训券": (Figure.ISSUED, Figure.USED, Figure.REDEEMED),
    "资金": (Figure.BUDGET, Figure.RESERVED, Figure.APPROVED, Figure.PAID),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One value of the cut with its figures; a figure it has none of is 0."""

    value: str  # as the records have it; empty where they do not know
    name: str
    figures: Mapping[Figure, int]

    def share(self, rate: Rate) -> float | None:
        """0 to 1; None where there is nothing to have a share of."""
        whole = self.figures[rate.whole]
        return self.figures[rate.part] / whole if whole else None


@dataclass(frozen=True)
class Report:
    """The figures of one period and place."""

    period: Period
    region: str
    cut: Cut
    lines: Sequence[Line]
    whole: Line
    before: Line  # of the period before
    trend: Sequence[tuple[Period, int]]  # 结业人次 up to this period

    @property
    def is_empty(self) -> bool:
        """Is there nothing but, at most, the year's budget?"""
        return not any(number for figure, number in self.whole.figures.items() if figure != Figure.BUDGET)

    def lines_of(self, columns: Sequence[Column]) -> list[Line]:
        """The lines that have anything in some columns."""
        figures = [each for each in columns if isinstance(each, Figure)]
        return [line for line in self.lines if any(line.figures[figure] for figure in figures)]


def scope(house: House, period: Period, region: str) -> Scope:
    """The rows that a report counts."""
    return Scope(region, period.first, period.last, house.clock())


async def report(session: AsyncSession, house: House, period: Period, region: str, cut: Cut) -> Report:
    """Work a report out."""
    wanted, before = scope(house, period, region), scope(house, period.before(), region)
    sums = await reporting.sums(session, wanted, cut)
    run = periods.run(period, TREND)
    trend = [(each, await reporting.total(session, scope(house, each, region), Figure.TRAINED)) for each in run]
    return Report(
        period,
        region,
        cut,
        lines(house, sums, cut),
        _whole(sums, "合计"),
        _whole(await reporting.sums(session, before), period.before().shown),
        trend,
    )


def lines(house: House, sums: Sums, cut: Cut) -> list[Line]:
    """A line for every value, in the order of the cut, what is not known last."""
    values = {value for found in sums.values() for value in found}
    ordered = sorted(values, key=lambda value: (not value, _place(cut, value), value))
    return [
        Line(value, named(house, cut, value), {figure: sums[figure].get(value, 0) for figure in Figure})
        for value in ordered
    ]


def named(house: House, cut: Cut, value: str) -> str:
    """How a value of a cut is called."""
    if not value:
        return UNKNOWN
    if cut == Cut.REGION:
        return house.shelf.regions.name(value)
    if cut == Cut.PROGRAMME:
        found = programmes.by_key(house.shelf, value)
        return found.name if found else value
    return value


def shown(figure: Figure, number: int) -> str:
    """1,284; money in yuan: 3,500.00"""
    return f"{number // 100:,}.{number % 100:02}" if figure in MONEY else f"{number:,}"


def _whole(sums: Sums, name: str) -> Line:
    return Line("", name, {figure: sum(sums[figure].values()) for figure in Figure})


def _place(cut: Cut, value: str) -> int:
    return LEVELS.index(value) if cut == Cut.LEVEL and value in LEVELS else 0

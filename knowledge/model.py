"""What a policy document holds, as types: figures with their sections, schemes that pay, answers that are said."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Fact(BaseModel):
    """Base of everything read from a policy file: immutable, and no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Payee(StrEnum):
    """Who receives the money of a scheme."""

    WORKER = "worker"
    INSTITUTION = "institution"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    ORGANISER = "organiser"  # the enterprise or institution that put people through an exam free of charge
    ASSESSOR = "assessor"  # the assessment body that issues the certificate
    AGENCY = "agency"  # an employment agency or another body that is neither trainer nor employer
    OFFICE = "office"  # a public office's own working money


class Figure(Fact):
    """One number of a document: stated once, with the section that states it."""

    value: float | int | None = None
    unit: str = ""
    at: str = Field(min_length=1)  # section locator; a figure without one is refused
    sum: str | None = None  # for a figure that follows from others: arithmetic over their names
    shown: str | None = None  # how people write it, where value+unit reads badly


class Section(Fact):
    """A place in the document that can be cited."""

    at: str
    gist: str


class Period(Fact):
    """The days for which a document says it holds; an open end means it names none."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Is a day within it, the last one included?"""
        return self.start <= day and (self.end is None or day <= self.end)


class Identity(Fact):
    """Which document this is."""

    id: str
    title: str
    number: str | None = None  # 文号; None where the document has none
    issuer: str
    region: str  # GB/T 2260 code
    issued: date
    period: Period
    replaces: tuple[str, ...] = ()
    source: str  # file name of the official text
    names: tuple[str, ...] = ()  # what people call it: 62号文


# ---- amounts -----------------------------------------------------------------------------------------------------


class Step(Fact):
    """A daily rate, for so many days; without days, for all that follow."""

    rate: str
    days: str | None = None


class Tier(Fact):
    """A rate that holds below a number of people; without it, from there on."""

    rate: str
    below: str | None = None


class Fixed(Fact):
    """A sum for each person, item or place."""

    kind: Literal["fixed"]
    amount: str
    bound: Literal["exact", "up_to", "at_least"] = "exact"
    per: Literal["person", "item", "year", "place"] = "person"
    cap: str | None = None  # most that one recipient gets in all


class Between(Fact):
    """A sum that the document gives as a range."""

    kind: Literal["between"]
    low: str
    high: str
    per: Literal["person", "item", "year", "place"] = "person"


class Table(Fact):
    """A sum that depends on one named fact: a level, a certificate, a prize."""

    kind: Literal["table"]
    by: str  # the fact that chooses the row
    rows: dict[str, str]
    per: Literal["person", "item", "place"] = "person"
    bound: Literal["exact", "up_to", "at_least"] = "exact"


class Daily(Fact):
    """A sum for each day, in steps, up to a cap and up to a number of days by occupation class."""

    kind: Literal["daily"]
    steps: tuple[Step, ...]
    cap: str | None = None
    cap_days: dict[str, str] | None = None  # occupation class -> figure
    bound: Literal["exact", "up_to"] = "exact"


class Monthly(Fact):
    """A sum for each month, up to a number of months."""

    kind: Literal["monthly"]
    rate: str
    cap_months: str | None = None


class Tiers(Fact):
    """A sum a head whose rate depends on how many heads there are."""

    kind: Literal["tiers"]
    tiers: tuple[Tier, ...]


class Percent(Fact):
    """A share of a base that the payee tells, such as its payroll."""

    kind: Literal["percent"]
    share: str
    of: str  # the fact that is the base, in yuan


class Unstated(Fact):
    """The document names the scheme and no sum."""

    kind: Literal["unstated"]


Amount = Annotated[Fixed | Between | Table | Daily | Monthly | Tiers | Percent | Unstated, Field(discriminator="kind")]


class Condition(Fact):
    """One thing that must be so; exactly one comparison is given, figures by name."""

    fact: str
    at_least: str | None = None
    at_most: str | None = None
    less_than: str | None = None
    is_: Any = Field(default=None, alias="is")
    one_of: tuple[str, ...] | None = None
    at: str
    say: str  # the condition in our own words, as shown with ✓ ✗ ?
    lack: str | None = None  # how to get it
    open_list: bool = False  # the document's list ends with 等: a value not named is unknown, not false
    or_: Condition | None = Field(default=None, alias="or")  # another way to meet it: 3 days, or 24 hours


class Part(Fact):
    """One payment of a subsidy that is paid in parts."""

    share: str  # figure in percent
    base: Literal["trained", "passed", "employed"]  # whose head count it is paid for
    when: tuple[Condition, ...] = ()
    name: str


class Limit(Fact):
    """How often one person may have it."""

    kind: Literal["per_year", "same_level_once"]
    count: str | None = None
    within: Literal["year", "ever"] = "year"
    at: str
    say: str


class Scheme(Fact):
    """Something that pays."""

    id: str  # shared between documents: the same kind of money has the same id everywhere
    name: str
    payee: Payee
    claimed: Literal["class", "certificate", "person", "item", "never"]  # what one line of a claim is for
    payee_say: str  # who gets it, in a worker's words
    amount: Amount
    days: str | None = None  # figure: how long the training lasts, where fixed
    conditions: tuple[Condition, ...] = ()
    limits: tuple[Limit, ...] = ()
    parts: tuple[Part, ...] = ()
    shortfall: Literal["employed"] | None = None  # below the employment rate it is paid for those employed
    threshold: str | None = None  # figure: that employment rate in percent
    materials: tuple[str, ...] = ()
    materials_at: str | None = None
    materials_missing: str | None = None
    voucher: bool = False  # a worker may apply for an electronic training voucher for it
    occupations: tuple[str, ...] = ()  # where it is for named occupations only
    route: str | None = None
    either_or: tuple[str, ...] = ()  # schemes that may not be had together with this one
    at: tuple[str, ...]


# ---- answers -----------------------------------------------------------------------------------------------------


class Answer(Fact):
    """What is said to a question, and where it stands."""

    topic: str
    ask: tuple[str, ...] = ()  # question wordings; those of one topic are shared between its answers and documents
    when: dict[str, str] = {}  # slot values this answer is for: {level: 高级工}
    say: str  # the answer itself, figure first
    then: str = ""  # the condition that matters, who is paid, how to get it
    at: tuple[str, ...]
    scheme: str | None = None
    known: bool = True  # False: the document is silent here and the answer says so


class Rows(Fact):
    """A table of the document whose rows are answers of one topic."""

    topic: str
    key: str  # slot that chooses the row
    ask: tuple[str, ...] = ()
    columns: dict[str, str]  # column name -> unit
    rows: dict[str, tuple[float | int, ...]]
    say: str  # {row} and the columns by name
    then: str = ""
    at: tuple[str, ...]


class Classes(Fact):
    """The occupations of a document by class."""

    at: str
    of: dict[str, tuple[str, ...]]


class Procedure(Fact):
    """How claims are dealt with, as far as the document says; each is the name of a figure."""

    notice_days: str | None = None  # working days of public notice, at least
    pay_months: str | None = None  # from the application to the payment, at most
    signers: str | None = None  # who sign a claim


class Example(Fact):
    """A case with the result it must have, titled by what a worker would say."""

    name: str
    scheme: str
    facts: dict[str, Any] = {}
    amount: str | None = None  # "900元"
    parts: tuple[str, ...] | None = None  # what is paid of each part: ("60000元", "0元")
    day: date | None = None  # the day that it happens on
    current: bool | None = None  # does the document hold on that day?
    verdict: Literal["yes", "no", "unknown"] | None = None
    lacks: str | None = None


class Goals(Fact):
    """What a document asks of its place in one year; each is the name of a figure."""

    year: int
    trained: str | None = None
    skilled: str | None = None  # the highly skilled among them
    highly_skilled: str | None = None


class Register(Fact):
    """Who held this file against the official text, and when."""

    verified: date
    by: str
    good_until: date


class Document(Fact):
    """One policy document, read whole."""

    document: Identity
    register_: Register = Field(alias="register")
    sections: tuple[Section, ...]
    figures: dict[str, Figure] = {}
    classes: Classes | None = None
    procedure: Procedure = Procedure()
    schemes: tuple[Scheme, ...] = ()
    answers: tuple[Answer, ...] = ()
    tables: tuple[Rows, ...] = ()
    goals: tuple[Goals, ...] = ()
    examples: tuple[Example, ...] = ()

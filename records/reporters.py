"""Who may report what became of a class's trainees: its institution's trainers, and the office of its place."""

from __future__ import annotations

from records.audience import place
from records.classes import TrainingClass
from records.errors import Refused
from records.staff import Role, Staff
from records.trainers import teaches

DESK = (Role.CLERK, Role.REVIEWER, Role.APPROVER)


def is_of_office(account: Staff) -> bool:
    """Does the account work at the office, with such papers?"""
    return account.institution_id is None and account.holds(*DESK)


def may_report(training_class: TrainingClass, account: Staff) -> bool:
    """May the account enter certificates and look at proofs of work?"""
    is_near = training_class.region.startswith(place(account.region))
    return teaches(training_class, account) or (is_of_office(account) and is_near)


def hold_reporter(training_class: TrainingClass, account: Staff) -> None:
    """Refused unless the account may report for the class."""
    if not may_report(training_class, account):
        raise Refused("要由这个班所在机构的老师或县人社局登记，您的账号不能登记。")

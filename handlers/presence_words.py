"""What a trainee is told about a check-in, by chat and on the page."""

from __future__ import annotations

from datetime import datetime

from config.settings import CHINA
from handlers import geofence
from handlers.facts import MOST_GUESSES
from handlers.presence import Presence, Problem
from records.classes import Factor
from records.enrolments import Seat
from records.marks import Mark, Side, Status
from records.sessions import PART_NAMES
from records.standing import Standing

_WANTED = {
    frozenset({Factor.CODE}): "发老师屏幕上的6位码",
    frozenset({Factor.QR}): "扫老师屏幕上的二维码",
    frozenset({Factor.PLACE}): "点“＋”发位置",
    frozenset({Factor.TEXT}): "发“签到”两个字",
    frozenset({Factor.CODE, Factor.PLACE}): "发老师屏幕上的6位码，再点“＋”发位置",
    frozenset({Factor.QR, Factor.PLACE}): "扫老师屏幕上的二维码，再点“＋”发位置",
}
_BY_TEACHER = "这个班由老师点名，请找老师点一下就行"
_HOLDS = "（2分钟内有效）"
_RIGHT = {Factor.CODE: "码对了，请", Factor.QR: "扫到了，请", Factor.PLACE: "位置对了，请"}


def named(seat: Seat) -> str:
    """焊工3班 上午课"""
    return f"{seat.training_class.name} {PART_NAMES[seat.session.part]}"


def clock(moment: datetime) -> str:
    """08:26, as it stands in the register"""
    return moment.astimezone(CHINA).strftime("%H:%M")


def hour(moment: datetime) -> str:
    """8:30, as it stands in a timetable"""
    local = moment.astimezone(CHINA)
    return f"{local.hour}:{local:%M}"


def when(seat: Seat) -> str:
    """11月23日8:30（焊工3班 上午课）"""
    return f"{seat.session.day.month}月{seat.session.day.day}日{hour(seat.session.starts_at)}（{named(seat)}）"


def told(presence: Presence, offered: Factor = Factor.TEXT) -> str:
    """What came of an offer, as the trainee reads it."""
    if presence.problem is not Problem.NONE:
        return problem(presence, offered)
    if presence.missing:
        return wanted(presence, offered)
    assert presence.mark is not None
    if not presence.is_new:
        verb = "签退" if presence.side is Side.OUT else "签"
        return f"{named(presence.seat)}已经{verb}过了（{clock(presence.mark.at)}），不用再签。"
    return _out(presence, presence.mark) if presence.side is Side.OUT else _in(presence, presence.mark)


def wanted(presence: Presence, offered: Factor = Factor.TEXT) -> str:
    """What is still asked for."""
    needs = presence.seat.training_class.needs
    still = _WANTED.get(presence.missing, _BY_TEACHER)
    if offered in _RIGHT and presence.missing < needs:
        return f"{_RIGHT[offered]}{still}{_HOLDS}。"
    if offered is Factor.PLACE and Factor.PLACE not in needs:
        return f"这个班签到不用位置，{still}就行。"
    if offered is Factor.CODE and Factor.QR in presence.missing:
        return f"这个班光发码不行，请{still}。"
    lead = "签退：" if presence.side is Side.OUT else ""
    return f"{lead}{named(presence.seat)}。{still}。"


def problem(presence: Presence, offered: Factor = Factor.TEXT) -> str:
    """Why an offer did not help, and what to do now."""
    seat, sitting = presence.seat, presence.seat.session
    part = PART_NAMES[sitting.part]
    match presence.problem:
        case Problem.OUTSIDE:
            away = geofence.told(presence.distance or 0)
            return f"您离教室{away}，没签上。到了再发一次位置；有特殊情况回复“补签”请老师确认。"
        case Problem.INACCURATE:
            return "手机定位太模糊，看不准您在哪，没签上。走到窗边或室外，等几秒再发一次位置；还不行请老师点名。"
        case Problem.STALE if offered is Factor.QR:
            return "这个二维码过期了（15秒换一次），请再扫一次老师屏幕上的。"
        case Problem.STALE:
            return "这个码过期了（30秒换一次），请看老师屏幕上现在的6位码再发一次。"
        case Problem.WRONG if offered is Factor.QR:
            return "这不是这节课的二维码，请扫老师屏幕上的那个。"
        case Problem.WRONG:
            return "码不对，请看老师屏幕上现在的6位码再发一次。"
        case Problem.GUESSING:
            return f"码已经错了{MOST_GUESSES}次，请过10分钟再发；赶时间就请老师点名，一样算数。"
        case Problem.EARLY:
            return early(seat)
        case Problem.OVER:
            return f"{named(seat)}{hour(sitting.ends_at)}已经下课，现在签不上。漏签了回复“补签”，请老师确认。"
        case Problem.CANCELLED:
            return cancelled(seat)
        case Problem.NOT_IN:
            return f"{part}您还没有签到，先签到再签退。确实来了没签上，回复“补签”请老师确认。"
        case Problem.ABSENT:
            return f"{part}老师记的是缺勤，手机上改不了。有出入请当面跟老师说，老师可以改。"
        case Problem.NONE:
            return ""


def early(seat: Seat) -> str:
    """还没到签到时间。焊工3班 上午课8:30上课，8:00起可以签。"""
    sitting = seat.session
    return f"还没到签到时间。{named(seat)}{hour(sitting.starts_at)}上课，{hour(sitting.opens_at)}起可以签。"


def cancelled(seat: Seat) -> str:
    """上午课取消了：停电。"""
    why = f"：{seat.session.cancelled_why.rstrip('。')}" if seat.session.cancelled_why else ""
    return f"{named(seat)}取消了{why}，不用签到。"


def rate(standing: Standing) -> str:
    """出勤14/15节（93%）"""
    share = f"（{standing.rate:.0%}）" if standing.attended < standing.held else ""
    return f"出勤{standing.attended}/{standing.held}节{share}"


def _in(presence: Presence, mark: Mark) -> str:
    seat, standing = presence.seat, presence.standing
    assert standing is not None
    first = f"签到成功，{clock(mark.at)}。"
    if mark.status == Status.LATE:
        first = f"已签到，{clock(mark.at)}，记迟到（{hour(seat.session.starts_at)}上课）。"
    first += "消息晚到了，按您发的时间记。" if mark.came_late else ""
    text = f"{first}{named(seat)}，第{standing.day}天，一共{standing.days}天，{rate(standing)}。"
    if presence.missed is not None:
        text += f"今天{PART_NAMES[presence.missed.session.part]}没有签到，来了没签上的回复“补签”。"
    if seat.training_class.sign_out:
        text += f"{hour(seat.session.ends_at)}下课，记得签退。"
    if presence.later is not None:
        text += f"{PART_NAMES[presence.later.session.part]}{hour(presence.later.session.starts_at)}，记得再签。"
    return text


def _out(presence: Presence, mark: Mark) -> str:
    seat = presence.seat
    if mark.status == Status.EARLY:
        back = "还回来的话，下课时再签退一次，以最后一次为准。"
        return f"已签退，{clock(mark.at)}，记早退（{hour(seat.session.ends_at)}下课）。{back}"
    later = (
        f"{PART_NAMES[presence.later.session.part]}{hour(presence.later.session.starts_at)}，记得签到。"
        if presence.later
        else ""
    )
    return f"已签退，{clock(mark.at)}。{later}"

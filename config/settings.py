"""Settings of one office's SkillPass: read from SKILLPASS_* variables, with defaults that run with nothing set."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CHINA = ZoneInfo("Asia/Shanghai")


class Settings(BaseSettings):
    """All that an office can set; each has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="SKILLPASS_", frozen=True)

    database_url: str = "sqlite+aiosqlite:///skillpass.db"
    """Where the records are: SQLite beside the program, or postgresql+asyncpg://… for many processes."""

    jobs_url: str = ""
    """Where the jobs keep their state; empty: the same PostgreSQL, or a second file beside the SQLite one."""

    spool: Path = Path("skillpass-spool.jsonl")
    """Messages that came while the database was gone; they are handled when it is back."""

    secret_key: SecretStr = SecretStr("")
    """Key of encrypted columns, log-in cookies, links and codes; empty: one is made and kept beside the database."""

    region: str = "141025"
    """GB/T 2260 code of the county whose office runs this service."""

    public_url: str = "http://127.0.0.1:8080"
    """Address under which workers reach the pages."""

    wechat_token: SecretStr = SecretStr("")
    """Token of the WeChat account; the gateway refuses to open without one."""

    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    """EncodingAESKey, 43 characters; when set, unencrypted messages are refused."""

    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_open_url: str = "https://open.weixin.qq.com"
    """Where a page sends its reader so that WeChat tells who it is; another host than the API's."""

    wechat_fresh_seconds: int = 0
    """How far a request's own time may be from ours before it is refused; 0 takes any, for a repeat changes nothing."""

    wechat_subscribe_template: str = ""
    """Template id of the 订阅通知 for followers who have not written for 48 hours; empty: none."""

    wechat_template: str = ""
    """Template id of the 模板消息 for those who have not consented to the 订阅通知; empty: none."""

    wechat_notice_field: str = "thing1"
    """Field of both templates that takes the first 20 characters of a notice."""

    wechat_template_id: str = ""
    """Template message for notices to followers with no open window; empty: they wait."""

    notice_working_days: int = 7
    """Working days for which claims are put up for objections, where no document of the place says how many."""

    least_attendance: float = 0.8
    """Share of a class's sessions that a trainee must have attended to be claimed for, where no document says."""

    employment_every_weeks: int = 4
    """Weeks between two questions after a class whether a trainee has found work, until it is known."""

    employment_months: int = 6
    """Months after a class's end for which its trainees are asked, and may tell, whether they work."""

    reply_seconds: float = 4.0
    """How long a reply may take before the worker is told to wait; WeChat itself waits 5."""


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()

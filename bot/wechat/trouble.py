"""An error as the log shows it: what and where, without the personal data that its words may quote."""

from __future__ import annotations

import traceback

from records.masking import hide


def shown(error: BaseException) -> dict[str, str]:
    """Fields for one log line."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return {"error": type(error).__name__, "said": hide(str(error).partition("\n")[0])[:200], "where": where}

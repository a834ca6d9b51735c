"""Cuts Chinese text into words: rjieba where its wheel is installed, jieba otherwise; both cut alike."""

from __future__ import annotations

try:
    import rjieba as _cutter

    def cut(text: str, *, guess: bool = False) -> list[str]:
        """The words of a text; with `guess`, unknown words are put together too (a hidden Markov model's guess)."""
        return list(_cutter.cut(text, guess))

except ImportError:  # no wheel for this machine
    import jieba as _slow_cutter

    def cut(text: str, *, guess: bool = False) -> list[str]:
        """The words of a text; with `guess`, unknown words are put together too (a hidden Markov model's guess)."""
        return list(_slow_cutter.cut(text, HMM=guess))

"""Guesses: who tried codes that nobody was given waits before he may try more."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from records.errors import Refused

MOST = 10  # wrong codes from one network in HOLD
MOST_OF_ALL = 200  # from everybody together
HOLD = timedelta(minutes=15)
_REMEMBERED = 10_000  # networks


class Guesses:
    """The wrong codes of the last minutes, of one process."""

    def __init__(self) -> None:
        self._by_network: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._all: deque[datetime] = deque()

    def hold(self, network: str, now: datetime) -> None:
        """Refused after too many."""
        mine = self._by_network.get(network, deque())
        for missed in (mine, self._all):
            while missed and missed[0] <= now - HOLD:
                missed.popleft()
        if len(mine) >= MOST or len(self._all) >= MOST_OF_ALL:
            raise Refused(f"验不上的太多了，请{int(HOLD.total_seconds()) // 60}分钟后再试，或打电话问开证明的人社局。")

    def miss(self, network: str, now: datetime) -> None:
        """Count a wrong code."""
        self._by_network.setdefault(network, deque()).append(now)
        self._by_network.move_to_end(network)
        self._all.append(now)
        if len(self._by_network) > _REMEMBERED:
            self._by_network.popitem(last=False)

"""Points on the map: WGS-84 to GCJ-02, held against published pairs."""

from __future__ import annotations

import pytest

from handlers.geofence import metres, to_gcj02
from handlers.message import Place


@pytest.mark.parametrize(
    "browser, chinese",
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # Shanghai
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),  # Shenzhen
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),  # Beijing
    ],
)
def test_a_browsers_point_as_chinese_maps_give_it(browser: tuple[float, float], chinese: tuple[float, float]) -> None:
    assert metres(Place(*to_gcj02(*browser)), *chinese) < 0.01


def test_the_shift_matters_to_a_fence_of_200_metres() -> None:
    browser = (36.2668, 111.9201)
    assert 200 < metres(Place(*to_gcj02(*browser)), *browser) < 800


@pytest.mark.parametrize("abroad", [(35.68, 139.76), (0.0, 0.0), (-33.86, 151.2)])
def test_outside_china_a_point_stays(abroad: tuple[float, float]) -> None:
    assert to_gcj02(*abroad) == abroad

"""Whether what a soak measured at each day's end stands still, or grows with the listings only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import linear_regression

ENOUGH = 12  # days; shorter soaks say nothing of growth
MEMORY_A_DAY = (
    2 * 1024 * 1024
)  # bytes of the product, as the slope of a line through the days of its last life
CHILD = 160 * 1024 * 1024  # bytes: the child that sends is replaced now and then
MORE_FOR_A_LISTING = 1.5  # the file's growth per listing, late against early

Days = Sequence[Mapping[str, float]]


def last_life(days: Days) -> Days:
    """The second half but for its first day: one process without kills, warmed up."""
    return days[len(days) // 2 + 1 :]


def slope(days: Days, name: str) -> float:
    """What is added each day, by a line through all of them."""
    return linear_regression(range(len(days)), [day[name] for day in days]).slope


def told(days: Days) -> list[str]:
    """The figures on growth, for whoever reads a soak's output."""
    if len(days) < ENOUGH:
        return []
    life = last_life(days)
    early, late = _bytes_a_listing(days)
    memory, child = (
        " ".join(f"{day[name] / 2**20:.0f}" for day in life) for name in ("memory", "child")
    )
    size = " ".join(f"{day['size'] / 2**20:.1f}" for day in days)
    return [
        (
            f"memory at each day's end of the last life: {memory} MiB; slope"
            f" {slope(life, 'memory') / 2**20:+.2f} MiB a day (at most {MEMORY_A_DAY >> 20}); its"
            f" largest child: {child} MiB (at most {CHILD >> 20})"
        ),
        (
            f"file at each day's end: {size} MiB; {early:.0f} bytes a new listing in the second"
            f" quarter, {late:.0f} in the last (at most {MORE_FOR_A_LISTING:g} times as many)"
        ),
    ]


def wrong(days: Days) -> list[str]:
    """Sentences about what grows."""
    if len(days) < ENOUGH:
        return []
    life = last_life(days)
    found = []
    if slope(life, "memory") > MEMORY_A_DAY:
        found.append(f"memory grows by {slope(life, 'memory') / 2**20:.1f} MiB a day")
    if (largest := max(day["child"] for day in days)) > CHILD:
        found.append(f"a child needed {largest / 2**20:.0f} MiB")
    for name in ("threads", "files", "children"):
        if life[-1][name] > life[0][name] + 2:
            found.append(f"{name} grew from {life[0][name]} to {life[-1][name]}")
    early, late = _bytes_a_listing(days)
    if late > early * MORE_FOR_A_LISTING + 4096:
        found.append(
            f"the file grew by {late:.0f} bytes a listing in the last quarter, by {early:.0f} in"
            " the second"
        )
    return found


def _bytes_a_listing(days: Days) -> tuple[float, float]:
    """The file's growth per listing in the second and in the last quarter."""
    quarter = len(days) // 4
    return _growth(days[quarter : 2 * quarter]), _growth(days[-quarter - 1 :])


def _growth(days: Days) -> float:
    return (days[-1]["size"] - days[0]["size"]) / max(1, days[-1]["listings"] - days[0]["listings"])

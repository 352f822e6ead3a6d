"""Whether what a soak measured at each day's end stands still, or grows with the listings only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean

ENOUGH = 12  # days; shorter soaks say nothing of growth
MORE_MEMORY = 24 * 1024 * 1024  # bytes between the first and the last third of the product's last life
MORE_FOR_A_LISTING = 1.5  # the file's growth per listing, late against early


def wrong(days: Sequence[Mapping[str, float]]) -> list[str]:
    """Sentences about what grows. The last two fifths of the days are one life of the process, so that its memory can be judged."""
    if len(days) < ENOUGH:
        return []
    life = days[len(days) * 3 // 5 + 1 :]
    third = max(1, len(life) // 3)
    found = []
    more = mean(d["memory"] for d in life[-third:]) - mean(d["memory"] for d in life[:third])
    if more > MORE_MEMORY:
        found.append(f"memory grew by {more / 2**20:.0f} MiB in the last {len(life)} days")
    for name in ("threads", "files", "children"):
        if life[-1][name] > life[third][name] + 2:
            found.append(f"{name} grew from {life[third][name]} to {life[-1][name]}")
    quarter = len(days) // 4
    early, late = _per_listing(days[quarter : 2 * quarter + 1]), _per_listing(days[-quarter - 1 :])
    if early and late and late > early * MORE_FOR_A_LISTING + 4096:
        found.append(f"the file grew by {late:.0f} bytes a listing in the last quarter, by {early:.0f} in the second")
    return found


def _per_listing(days: Sequence[Mapping[str, float]]) -> float | None:
    more = days[-1]["listings"] - days[0]["listings"]
    return (days[-1]["size"] - days[0]["size"]) / more if more else None

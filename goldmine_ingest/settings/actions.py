"""[actions]: buttons below alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.declaration import setting
from goldmine_ingest.settings.quantities import duration

ButtonName = Literal["pursue", "skip", "good", "bad"]


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """Where the table is there, alerts have buttons on services that can carry them; their presses
    are fetched, so that no port is open. `expires`: a button is good for so long.
    """

    buttons: tuple[ButtonName, ...] = setting(
        kinds.each(kinds.choice("pursue", "skip", "good", "bad")),
        ["pursue", "skip", "bad"],
        'also "good"; ntfy shows the first three',
    )
    expires: timedelta = setting(duration("1h", "365d"), "14d", "how long a button can be pressed")

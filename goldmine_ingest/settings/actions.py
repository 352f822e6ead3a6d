"""[actions]: buttons below alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.addresses import Place, is_on_loopback, origin, place
from goldmine_ingest.settings.declaration import setting
from goldmine_ingest.settings.quantities import duration

ButtonName = Literal["pursue", "skip", "good", "bad"]


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """Where the table is there, alerts have buttons on services that can carry them; their presses
    are fetched, so that no port is open. With a `url` the others have links, which lead to the
    door: it listens on `listen`, an address and a port. `expires`: a button is good for so long.
    """

    url: str = setting(
        origin,
        "",
        'how a phone reaches the door; "": no links, only buttons that need no open port',
        example="https://box.example.ts.net:8443",
    )
    listen: Place = setting(
        place, "127.0.0.1:4301", "where the door listens, behind a proxy with TLS of your own"
    )
    buttons: tuple[ButtonName, ...] = setting(
        kinds.each(kinds.choice("pursue", "skip", "good", "bad")),
        ["pursue", "skip", "bad"],
        'also "good"; ntfy shows the first three',
    )
    expires: timedelta = setting(duration("1h", "365d"), "14d", "how long a button can be pressed")

    @property
    def on_loopback(self) -> bool:
        """Whether this machine alone can reach the door without a proxy."""
        return is_on_loopback(self.listen[0])

"""[web]: the local page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.addresses import Place, host_name, is_on_loopback, place
from goldmine_ingest.settings.declaration import setting
from goldmine_ingest.settings.quantities import duration


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`listen` is (address, port). A listing stays in the inbox for `inbox`."""

    listen: Place = setting(
        place,
        "127.0.0.1:4300",
        "a free port if this one is taken; another address only together with hosts",
    )
    hosts: tuple[str, ...] = setting(
        kinds.each(host_name),
        [],
        '"box.example": further names by which you reach it, through a TLS proxy of your own',
        example=["box.example"],
    )
    inbox: timedelta = setting(
        duration("1h", "3650d"), "14d", "how long a listing waits for your decision"
    )

    @property
    def on_loopback(self) -> bool:
        """Whether this machine alone can reach it."""
        return is_on_loopback(self.listen[0])

"""A button that was pressed proves that its message arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.model.alert import Why

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

_PRESSED = Why(None, "a button of it was pressed: it arrived")


def arrived(store: Store, listing_id: str, destination: str, run_id: str = "") -> None:
    """An alert of which nobody knew whether it had arrived is sent."""
    store.append_events(
        [
            event_of(alert, "sent", store.now, why=_PRESSED, run_id=run_id)
            for alert in store.open_alerts()
            if (alert.listing_id, alert.destination) == (listing_id, destination)
            and alert.last_event == "uncertain"
        ]
    )

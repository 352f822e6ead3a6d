"""What a message has beside its words, by service: a touch opens the listing, and Apprise adds no
pictures, footers or authors of its own.

Where Apprise has a parameter for it the plugin gets it, unless the owner's URL has set it; what it
has none for, or spoils on its way (it percent-encodes ntfy's link a second time), is put into the
request before that leaves.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from goldmine_ingest.render.clean import host_of
from goldmine_ingest.render.message import Rendered

# Per service: the plugin's attribute, and the URL's parameter that sets it.
_PICTURES = {
    "ntfy": {"include_image": "image"},
    "slack": {
        "include_image": "image",
        "include_footer": "footer",
        "include_timestamp": "timestamp",
    },
    "discord": {"avatar": "avatar"},
}
_TITLE_LIMIT = 100  # characters: https://pushover.net/api#urls

Amend = Callable[[Any], None]


def set_up(plugin: Any, service: str, url: str, rendered: Rendered) -> None:
    """Sets what the plugin has a parameter for."""
    given = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    for attribute, parameter in _PICTURES.get(service, {}).items():
        if parameter not in given:
            setattr(plugin, attribute, False)
    if service == "pushover" and rendered.tap and not plugin.supplemental_url:
        plugin.supplemental_url = rendered.tap
        plugin.supplemental_url_title = f"Open on {host_of(rendered.tap)}"[:_TITLE_LIMIT]


def amending(plugin: Any, service: str, rendered: Rendered) -> Amend:
    """What is done to each request that holds the message."""
    if not rendered.tap:
        return _as_it_is
    if service == "ntfy" and plugin.click is None:
        return lambda request: request.headers.update({"X-Click": rendered.tap})
    if service == "gotify":
        return lambda request: _add_extras(request, rendered.tap)
    return _as_it_is


def _as_it_is(_request: Any) -> None:
    pass


def _add_extras(request: Any, link: str) -> None:
    """https://gotify.net/docs/msgextras: what a touch of the notification opens."""
    message = json.loads(request.body)
    message["extras"] = {
        **message.get("extras", {}),
        "client::notification": {"click": {"url": link}},
    }
    request.body = json.dumps(message)
    request.headers["Content-Length"] = str(len(request.body))

"""What a browser needs to install the page as a program, so that the Share of a phone offers it:
what is shared fills the box of Judge, and nothing is fetched or kept until one presses there.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from goldmine_ingest.web.guard import STATIC
from goldmine_ingest.web.rendering import Asset, asset_path

_KIND = "application/manifest+json"


@cache
def manifest() -> Asset:
    """A file like those of static/, made here since it names one of them."""
    told = {
        "id": "/",
        "name": "Goldmine",
        "short_name": "Goldmine",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#faf9f6",
        "theme_color": "#faf9f6",
        "icons": [{"src": asset_path("mark.svg"), "type": "image/svg+xml", "sizes": "any"}],
        "share_target": {
            "action": "/judge",
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    content = json.dumps(told).encode()
    return Asset(f"goldmine-{hashlib.sha256(content).hexdigest()[:12]}.webmanifest", content, _KIND)


def manifest_path() -> str:
    return STATIC + manifest().name


def bookmarklet(origin: str) -> str:
    """The address of a bookmark that brings what is selected on any page to Judge, for browsers
    without a share target; as much of it as an address holds.
    """
    return (
        f"javascript:void open('{origin}/judge?text='"
        "+encodeURIComponent(getSelection()+'\\n'+location.href).slice(0,7000))"
    )

"""How a listing comes here from another page or program: this one installed, so that Share offers
it, or a bookmark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldmine_ingest.web.guard import INSTALL_POLICY
from goldmine_ingest.web.manifest import bookmarklet, manifest_path
from goldmine_ingest.web.response import Answer

if TYPE_CHECKING:
    from goldmine_ingest.web.visit import Visit


def show(visit: Visit) -> Answer:
    """The one page with a manifest: it is installed from here."""
    visit.look()
    origin = f"{'https' if visit.secure else 'http'}://{visit.host}"
    return Answer(
        "install.html",
        {"manifest": manifest_path(), "bookmark": bookmarklet(origin)},
        name="judge",
        headers={"Content-Security-Policy": INSTALL_POLICY},
    )

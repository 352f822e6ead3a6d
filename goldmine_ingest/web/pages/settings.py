"""The settings as they stand, to read: goldmine.toml without its secrets; keys on and off; signing
out, here and everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldmine_ingest.config.contradictions import shown_path
from goldmine_ingest.errors import StoreError
from goldmine_ingest.runtime.redaction import MASK
from goldmine_ingest.web.response import Answer

if TYPE_CHECKING:
    from goldmine_ingest.web.visit import Visit

_HIDDEN = "•••"


def show(visit: Visit) -> Answer:
    """The file's own text: who wrote remarks into it finds them."""
    project = visit.project
    visit.look()
    try:
        text = project.config_path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError("goldmine.toml can't be read") from error
    facts = {
        "file": shown_path(project.config_path, project.home),
        "text": visit.site.redactor.clean(text).replace(MASK, _HIDDEN),
        "warnings": project.warnings,
        "hosts": project.web.hosts,
    }
    return Answer("settings.html", facts, name="settings")

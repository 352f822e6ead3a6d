"""docs/sources.md says what the sources say."""

from tools.make_sources_doc import FILE, text


def test_the_page_is_made_from_the_modules() -> None:
    """Whoever changes a source runs `python -m tools.make_sources_doc`."""
    assert FILE.read_text(encoding="utf-8") == text()

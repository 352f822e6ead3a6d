"""The table of names that the configuration is checked against, beside the sources that it
stands for.
"""

from goldmine_ingest.settings.platform_names import PACED_HOSTS, PLATFORMS, SLOWEST_PACES
from goldmine_ingest.sources import all_sources


def test_every_source_is_in_the_table() -> None:
    """In the same order, which is the order in which they are tried."""
    assert tuple(source.name for source in all_sources()) == PLATFORMS


def test_the_paces_are_those_of_the_sources() -> None:
    """A pace that a source states is warned about in the configuration too."""
    assert {
        source.name: source.slowest_pace for source in all_sources() if source.slowest_pace
    } == SLOWEST_PACES
    assert {
        host: source.name
        for source in all_sources()
        if source.slowest_pace
        for host in source.hosts
    } == PACED_HOSTS

"""Who joins, who has left: what a URL's recipients change, whatever it named before. Pure."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.alerts.recipient_places import current
from goldmine_ingest.alerts.recipients import WHOLE, Change, change
from goldmine_ingest.model.recipient import Named, RecipientEvent
from tests.alert_cases import NOW

ANN, BEN, CAT, DAN = (
    Named(name, f"chat …{n}") for n, name in enumerate(("ann", "ben", "cat", "dan"))
)
BEGAN = NOW - timedelta(days=30)
PEOPLE = st.lists(st.sampled_from([ANN, BEN, CAT, DAN]), max_size=4)


def read(events: list[RecipientEvent], *named: Named, hours: int = 0) -> Change:
    """The URL is read, and what it changes is noted."""
    now = NOW + timedelta(hours=hours)
    found = change("phone", events, named, began_at=BEGAN, now=now)
    events.extend(found.events)
    return found


def slots(events: list[RecipientEvent]) -> dict[str, str]:
    return {event.key: slot for slot, event in current(events).items()}


def test_one_alone_is_as_if_there_were_none() -> None:
    """Its alerts are those of the destination."""
    events: list[RecipientEvent] = []
    assert read(events, ANN).inherits == ()
    assert slots(events) == {"ann": ""}
    assert read(events, ANN).events == ()


def test_at_the_first_reading_all_take_over_what_the_destination_did() -> None:
    """One goes on with its alerts, the others get their state; each owes from when the
    destination began.
    """
    events: list[RecipientEvent] = []
    found = read(events, CAT, ANN, BEN)
    assert slots(events) == {"ann": "", "ben": "ben", "cat": "cat"}
    assert found.inherits == (("ben", ""), ("cat", ""))
    assert {event.began_at for event in events} == {BEGAN}


def test_one_that_joins_later_owes_from_then_on() -> None:
    """The first goes on where it stood, and the new one takes over nothing."""
    events: list[RecipientEvent] = []
    read(events, ANN)
    found = read(events, BEN, ANN, hours=1)
    assert (found.inherits, found.ends) == ((), ())
    assert slots(events) == {"ann": "", "ben": "ben"}
    assert current(events)["ben"].began_at == NOW + timedelta(hours=1)


def test_whoever_leaves_and_comes_back_has_the_same_slot() -> None:
    """So that nothing that was sent to them before is sent again; what waited had ended."""
    events: list[RecipientEvent] = []
    read(events, ANN, BEN)
    assert read(events, BEN, hours=1).ends == ("",)
    assert slots(events) == {"ben": "ben"}
    assert read(events, ANN, BEN, hours=2).inherits == ()
    assert slots(events) == {"ann": "", "ben": "ben"}


def test_where_nobody_is_left_the_address_has_changed() -> None:
    """The new one goes on for the old one; of several, the one with the same label."""
    events: list[RecipientEvent] = []
    read(events, ANN, BEN)
    found = read(events, Named("b", BEN.label), Named("a", ANN.label), hours=1)
    assert slots(events) == {"a": "", "b": "ben"}
    assert (found.inherits, found.ends) == ((), ())
    assert {event.event for event in found.events} == {"moved"}


def test_from_one_to_two_others_loses_nothing() -> None:
    """Both are told what the one was still owed; from two to one other, one goes on."""
    events: list[RecipientEvent] = []
    read(events, ANN)
    assert read(events, BEN, CAT, hours=1).inherits == (("cat", ""),)
    assert read(events, DAN, hours=2).ends == ("cat",)
    assert slots(events) == {"dan": ""}


def test_a_url_that_names_nobody_is_one() -> None:
    """A webhook; and one that then names somebody goes on."""
    events: list[RecipientEvent] = []
    read(events)
    assert slots(events) == {WHOLE.key: ""}
    read(events, ANN)
    assert slots(events) == {"ann": ""}


@given(st.lists(PEOPLE, max_size=8))
def test_whatever_is_read_after_whatever(readings: list[list[Named]]) -> None:
    """Those named are there, each with a slot of its own; who stays keeps theirs; only of those
    that are there is anything inherited.
    """
    events: list[RecipientEvent] = []
    for hour, named in enumerate(readings):
        before = slots(events)
        found = read(events, *named, hours=hour)
        after = slots(events)
        assert set(after) == {n.key for n in named or [WHOLE]}
        assert len(set(after.values())) == len(after)
        assert all(after[key] == slot for key, slot in before.items() if key in after)
        assert set(found.ends) == set(before.values()) - set(after.values())
        assert {slot for slot, _ in found.inherits} <= set(after.values()) - set(before.values())
        assert {source for _, source in found.inherits} <= (set(before.values()) or {""})
        assert bool(found.events) == (before != after)
        assert read(events, *reversed(named), hours=hour).events == ()


@given(st.lists(PEOPLE, min_size=1, max_size=6), st.sampled_from([ANN, BEN, CAT, DAN]))
def test_somebody_who_has_always_been_there_loses_nothing(
    readings: list[list[Named]], stays: Named
) -> None:
    """Whoever comes and goes beside them."""
    events: list[RecipientEvent] = []
    read(events, stays)
    for named in readings:
        read(events, *named, stays)
        assert slots(events)[stays.key] == ""

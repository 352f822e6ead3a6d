"""Presses of buttons below alerts, as a service hands them over."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Buttons:
    """What can be pressed below a message: each button's word and its token. `reply_topic` is where
    ntfy puts presses, `reply_token` what lets it; `links` are the same buttons as addresses of the
    door, for where the topic can't be written to.
    """

    presses: tuple[tuple[str, str], ...]
    reply_topic: str = field(default="", repr=False)
    reply_token: str = field(default="", repr=False)
    links: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ActionLinks:
    """Links of a message that lead to the door: a word and an address for each action, and one
    address for all of them together, where there is room for one only.
    """

    actions: tuple[tuple[str, str], ...] = field(repr=False)
    decide: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asking:
    """What to ask a service for: presses after the one at `mark` ("": all that it still has), in
    ntfy from `reply_topic`. `wait`: for so many seconds, where there is none yet.
    """

    mark: str = ""
    reply_topic: str = field(default="", repr=False)
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Press:
    """One press. `token` is what it says, whoever made it up. `ref` is what answers it, `message`
    the message's number. `chat` and `who` are where and by whom, 0 where the service doesn't say;
    `alone`: the chat has one person only.
    """

    token: str = field(repr=False)
    ref: str = ""
    message: int = 0
    chat: int = field(default=0, repr=False)
    who: int = field(default=0, repr=False)
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Presses:
    """What a service had. `mark` is where to go on, once these are stored; `chats` those of the
    destination itself; `source` tells one bot or topic from another, and is nobody's secret; `why`
    says in our words why nothing could be had, `taken`: because another program reads them;
    `pause`: seconds for which the service asks not to be asked.
    """

    presses: tuple[Press, ...] = ()
    mark: str = ""
    chats: tuple[int, ...] = field(default=(), repr=False)
    why: str = ""
    taken: bool = False
    source: str = ""
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Confirming:
    """What is shown to who pressed: `said` for a moment, `below` the message from then on: a word,
    and what takes it back with its token.
    """

    press: Press
    said: str
    below: tuple[tuple[str, str], ...] = ()

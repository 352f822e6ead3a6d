"""The settings of criteria.toml that have a field of their own on the page. The file's text is the
truth; these are views of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from goldmine_ingest.settings.criteria import DEFAULT_FLAGS, CriteriaSettings

if TYPE_CHECKING:
    from goldmine_ingest.analysis.threshold_steps import Threshold

_NO_STEPS: Mapping[str, Threshold] = MappingProxyType({})
_EFFECTS = ("pass", "review", "fail")
_BOUNDS = ("low", "middle", "high")
_SHARE, _SCORE, _RATING = Decimal(1), Decimal(100), Decimal(5)
# Key, name, and the end of its scale (None: twice its value). {} is the base currency.
_NUMBERS: Mapping[str, Sequence[tuple[str, str, Decimal | None]]] = {
    "Floors and fit": (
        ("budget.fixed_minimum", "Fixed-price floor, {}", None),
        ("budget.hourly_minimum", "Hourly floor, {}", None),
        ("proof_match.minimum", "Proof fit, at least", _SHARE),
        ("proof_match.sure", "Proof fit that is sure", _SHARE),
        ("decision.minimum_score", "Score, at least", _SCORE),
        ("first_step.minimum_specificity", "How concrete the ask is", _SHARE),
    ),
    "Client": (
        ("client.spent_minimum", "Has spent, {}", None),
        ("client.hire_rate_minimum", "Hire rate", _SHARE),
        ("client.rating_minimum", "Rating", _RATING),
    ),
    "Worth": (
        ("worth.win_rate", "Proposals that you win", _SHARE),
        ("worth.hourly_value", "Your hour, {}", None),
        ("worth.hours_per_proposal", "Hours a proposal", None),
        ("worth.connect_price", "A connect, USD", None),
        ("worth.minimum_value", "A proposal’s worth, at least, {}", None),
        ("worth.maximum_proposals", "Proposals, at most", None),
    ),
}


@dataclass(frozen=True, slots=True)
class SliderStep:
    """A value at which something moves: so many listings more would qualify, and so many fewer."""

    value: str
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Slider:
    """One field: a number with the end of its scale, or one of `choices`. `value` is as the file
    writes it, "" where nothing is set. `steps` None: not known (yet); (): nothing moves;
    they are those of the `present` value, which is in force. `unit` is a currency, or "".
    """

    key: str
    name: str
    value: str
    choices: tuple[str, ...] = ()
    end: str = ""
    steps: tuple[SliderStep, ...] | None = None
    present: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SliderGroup:
    """Fields that belong together."""

    name: str
    sliders: tuple[Slider, ...]

    @property
    def moving(self) -> tuple[Slider, ...]:
        return tuple(slider for slider in self.sliders if slider.steps != ())

    @property
    def still(self) -> tuple[Slider, ...]:
        """Those on which nothing moves."""
        return tuple(slider for slider in self.sliders if slider.steps == ())


def slider_groups(
    criteria: CriteriaSettings, on: Sequence[str], thresholds: Mapping[str, Threshold] = _NO_STEPS
) -> tuple[SliderGroup, ...]:
    """A field for each setting whose table is there; `on` are the criteria that are on.
    `thresholds` say what the steps of each would do, as far as that is known.
    """
    numbers = [
        SliderGroup(name, tuple(_numbers(criteria, rows))) for name, rows in _NUMBERS.items()
    ]
    groups = [
        *numbers,
        SliderGroup("Floors of single proofs", tuple(_proof_floors(criteria))),
        SliderGroup("What isn’t stated", tuple(_unknowns(criteria, on))),
        SliderGroup("Red flags", tuple(_flags(criteria))),
    ]
    return tuple(
        SliderGroup(
            group.name,
            tuple(
                _with_steps(slider, thresholds[slider.key]) if slider.key in thresholds else slider
                for slider in group.sliders
            ),
        )
        for group in groups
        if group.sliders
    )


def _with_steps(slider: Slider, threshold: Threshold) -> Slider:
    steps = (
        SliderStep(_written(step.value), step.entering, step.leaving)
        for step in threshold.steps
        if step.entering or step.leaving
    )
    return replace(slider, steps=tuple(steps), present=_written(threshold.present))


def _numbers(
    criteria: CriteriaSettings, rows: Sequence[tuple[str, str, Decimal | None]]
) -> Iterator[Slider]:
    for key, name, end in rows:
        table, _, field = key.partition(".")
        settings: Any = getattr(criteria, table)
        if settings is None:
            continue
        value = getattr(settings, field)
        yield Slider(
            key,
            name.format(criteria.base_currency),
            _written(value),
            (),
            _end(value, end),
            unit=criteria.base_currency if "{}" in name else "",
        )
        if field in ("fixed_minimum", "hourly_minimum"):
            bound = field.replace("minimum", "bound")
            label = f"{name.partition(' floor')[0]}: which end of a range"
            yield Slider(f"{table}.{bound}", label, getattr(settings, bound), _BOUNDS)


def _proof_floors(criteria: CriteriaSettings) -> Iterator[Slider]:
    for proof in criteria.proofs:
        for field, name in (("fixed_minimum", "fixed"), ("hourly_minimum", "hourly")):
            value = getattr(proof, field)
            if value is not None:
                key = f"proof.{proof.name}.{field}"
                yield Slider(key, f"{proof.name}, {name}", _written(value), (), _end(value, None))


def _unknowns(criteria: CriteriaSettings, on: Sequence[str]) -> Iterator[Slider]:
    for name, effect in criteria.decision.unknown.items():
        if name in on:
            label = f"{name.replace('_', ' ').capitalize()} not known"
            yield Slider(f"decision.unknown.{name}", label, effect, _EFFECTS)


def _flags(criteria: CriteriaSettings) -> Iterator[Slider]:
    for name in DEFAULT_FLAGS:
        effect = criteria.decision.flags.get(name, "pass")
        label = name.replace("_", " ").capitalize()
        yield Slider(f"decision.flags.{name}", label, effect, _EFFECTS)


def _written(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return f"{Decimal(value).normalize():f}"


def _end(value: Decimal | int | None, end: Decimal | None) -> str:
    return _written(end if end is not None else max(Decimal(value or 0) * 2, Decimal(1)))


def changes_of(form: Mapping[str, str]) -> list[str]:
    """ "KEY=VALUE" for each field that isn't any more what the page showed: 'set.KEY' is the field,
    'was.KEY' what it showed. An emptied field says nothing: a setting is deleted in the text.
    """
    return [
        f"{name.removeprefix('set.')}={value.strip()}"
        for name, value in form.items()
        if name.startswith("set.")
        and value.strip()
        and value.strip() != form.get(f"was.{name.removeprefix('set.')}", "").strip()
    ]

"""The list of ablations, `experiments/ablations.yaml`, read and checked.

An ablation changes one thing and asks what that thing is worth. All rows share some settings that
make a run short; the row `reference` has these alone, and every other row is compared with it. The
same once more from other seeds says how much two runs differ by chance: a change that makes less
difference than that has shown nothing.

A row is an experiment of DVC with the row's name: `dvc exp run --name NAME -S SETTING ...`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

Setting = Annotated[str, Field(pattern=r"^[a-z0-9_.]+=.+$")]
"""A key of params.yaml and its value, `slice_cells.grid=8`, as `dvc exp run -S` takes it."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Kind = Literal["reference", "seed", "change", "fold"]


class Row(BaseModel, frozen=True, extra="forbid"):
    """One ablation."""

    name: Name
    question: str
    """What the row asks, in a sentence."""
    change: tuple[Setting, ...] = Field(min_length=1)
    """What it changes. Where the common settings have the key too, this value counts."""


@dataclass(frozen=True)
class Experiment:
    """What one call of `dvc exp run` is told."""

    name: str
    kind: Kind
    question: str
    change: tuple[str, ...]  # what tells it from the reference
    settings: tuple[str, ...]  # all that it sets

    def arguments(self) -> list[str]:
        """What `dvc exp run` is told: to run only what `evaluate` depends on, with the settings.

        The run cache is shared, so a stage that any row has run with the same inputs is not run
        again.
        """
        settings = [word for setting in self.settings for word in ("-S", setting)]
        return ["evaluate", "--name", self.name, *settings]


class Plan(BaseModel, frozen=True, extra="forbid"):
    """The whole file."""

    common: tuple[Setting, ...]
    """Settings of every row, the reference included."""
    seeds: tuple[int, ...]
    """The reference is run once more from each."""
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _names_differ(self) -> "Plan":
        names = [experiment.name for experiment in self.experiments()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two experiments are called {', '.join(twice)}: rename one")
        return self

    def experiments(self) -> list[Experiment]:
        """The reference, its seeds, and the rows, in this order."""
        question = "What every other row is compared with."
        reference = Experiment("reference", "reference", question, self.common, self.common)
        question = "How much does chance alone change?"
        seeds = [
            Experiment(f"seed-{seed}", "seed", question, change, merged(self.common, change))
            for seed, change in ((seed, (f"seed={seed}",)) for seed in self.seeds)
        ]
        rows = [
            Experiment(
                row.name, "change", row.question, row.change, merged(self.common, row.change)
            )
            for row in self.rows
        ]
        return [reference, *seeds, *rows]


def merged(common: Sequence[str], change: Sequence[str]) -> tuple[str, ...]:
    """Both lists of settings; of a key that is in both, the value in `change`."""
    values = dict(setting.split("=", 1) for setting in (*common, *change))
    return tuple(f"{key}={value}" for key, value in values.items())


def read_plan(path: Path) -> Plan:
    """The plan in a YAML file. Raises ValueError naming the file and the entry."""
    try:
        return Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not valid YAML: {error}") from None
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise ValueError(f"{path}: {'; '.join(faults)}") from None

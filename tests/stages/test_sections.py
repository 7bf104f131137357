"""A wrong section says what to change, by the keys that params.yaml has."""

from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from stages.sections import check_params


class Soft(BaseModel, frozen=True, extra="forbid"):
    kind: Literal["soft"]
    scale: int


class Hard(BaseModel, frozen=True, extra="forbid"):
    kind: Literal["hard", "harder"]
    margin: float


class Level(BaseModel, frozen=True, extra="forbid"):
    pixels: int


class Params(BaseModel, frozen=True, extra="forbid"):
    epochs: int
    loss: Annotated[Soft | Hard, Field(discriminator="kind")]
    levels: list[Level]


SECTION = {"epochs": 1, "loss": {"kind": "soft", "scale": 2}, "levels": [{"pixels": 3}]}
STAGE = ModuleType("train")
STAGE.Params = Params  # type: ignore[attr-defined]


def test_a_section_becomes_its_model() -> None:
    assert check_params(STAGE, "train", SECTION).loss == Soft(kind="soft", scale=2)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"epoch": 1}, "key 'epoch' is not known, did you mean 'epochs'?"),
        ({"xyz": 1}, "key 'xyz' is not known; known: epochs, loss, levels"),
        ({"loss": {"kind": "soft"}}, "key 'loss.scale' is missing: add it"),
        (
            {"loss": {"kind": "soft", "scale": 2, "scales": 2}},
            "key 'loss.scales' is not known, did you mean 'scale'?",
        ),
        (
            {"loss": {"kind": "harder", "margin": 2, "scale": 1}},
            "key 'loss.scale' is not known; known: kind, margin",
        ),
        ({"loss": {"kind": "hard", "margin": "x"}}, "key 'loss.margin' is 'x': Input should be"),
        ({"loss": {"kind": "sotf"}}, "does not match any of the expected tags: 'soft', 'hard'"),
        ({"epochs": True}, "key 'epochs' is true: give a number"),
        ({"levels": [{"pixels": 3}, {"pixels": False}]}, "key 'levels.1.pixels' is false: give a"),
        ({"loss": {"kind": "hard", "margin": True}}, "key 'loss.margin' is true: give a number"),
        ({"levels": [{"pixel": 3}]}, "key 'levels.0.pixel' is not known, did you mean 'pixels'?"),
    ],
)
def test_a_fault_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError) as error:
        check_params(STAGE, "train", SECTION | changes, "world")
    assert says in str(error.value)
    assert str(error.value).startswith("params.yaml, section 'train' or 'corpora.world.train': key")


def test_a_section_that_is_no_mapping_is_named_by_its_stage() -> None:
    with pytest.raises(ValueError, match="section 'train': key 'train' is 3: Input should be"):
        check_params(STAGE, "train", 3)

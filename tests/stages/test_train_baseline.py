"""What the section train_baseline refuses."""

from pathlib import Path

import pytest
import yaml

from stages.parameters import section_of
from stages.train_baseline import Params

PARAMS = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text())
SECTION = section_of(PARAMS, "train_baseline")


@pytest.mark.parametrize("names", [["ink"], ["ink", "skeleton"], ["ink", "skeleton", "distance"]])
def test_channels_are_ink_and_more(names: list[str]) -> None:
    assert Params.model_validate({**SECTION, "channels": names}).channels == names


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "write ink first"),
        (["distance"], "write ink first"),
        (["distance", "ink"], "write ink first"),
        (["ink", "ink"], "no channel twice"),
        (["ink", "edges"], "'distance' or 'skeleton'"),
    ],
)
def test_other_channels_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Params.model_validate({**SECTION, "channels": names})

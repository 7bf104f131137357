"""From the kind of trials that params name to the file that they are."""

from collections.abc import Mapping
from typing import Any

from rasm.training.choosing.trials import TrialParams


def trial_params(section: Mapping[str, Any]) -> TrialParams:
    """The trials by their `kind`. Raises ValueError for unknown ones."""
    kind = section.get("kind")
    match kind:
        case "scripts":
            from rasm.training.choosing.scripts import ScriptTrialParams

            return ScriptTrialParams.model_validate(section)
        case "letters":
            from rasm.training.choosing.letters import LetterTrialParams

            return LetterTrialParams.model_validate(section)
        case "retrieval":
            from rasm.training.choosing.retrieval import RetrievalTrialParams

            return RetrievalTrialParams.model_validate(section)
    raise ValueError(f"there are no trials {kind!r}; there are scripts, letters and retrieval")

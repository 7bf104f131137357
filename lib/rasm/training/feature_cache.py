"""Arrays that take long to make, kept beside the snapshots of a run.

Trials of learning rates or losses share the features that they learn from. What is kept is found
again by a digest of everything that it is made of, code included, so it is never stale.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from rasm.store.atomic import replacing
from rasm.training.snapshot import fingerprint

Arrays = dict[str, NDArray[Any]]


def cached(
    path: Path,
    make: Callable[[], Arrays],
    *,
    params: Mapping[str, Any],
    inputs: Sequence[Path],
    code: Mapping[str, str],
) -> Arrays:
    """What `make` gives, from the .npz at `path` where that was made of the same.

    A file of something else, or one that cannot be read, is replaced.
    """
    made_of = json.dumps(fingerprint(params, inputs, code), sort_keys=True)
    key = hashlib.sha256(made_of.encode()).hexdigest()
    if path.is_file():
        try:
            with np.load(path, allow_pickle=False) as held:
                if str(held["key"]) == key:
                    return {name: held[name] for name in held.files if name != "key"}
        except (ValueError, OSError, KeyError, EOFError, BadZipFile):
            pass
    arrays = make()
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, key=np.array(key), **arrays)
    return arrays

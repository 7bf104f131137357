"""How rasters were drawn, kept with the rasters: whoever draws more must draw alike."""

import json
from collections.abc import Mapping
from typing import Any

from rasm.store.json_file import parse_json
from rasm.store.records import Records

_KEY = b"raster policy"


def policy_record(policy: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """The record to write after the last raster."""
    return _KEY, json.dumps(dict(policy), sort_keys=True).encode()


def read_policy(store: Records) -> dict[str, Any]:
    """The policy's parameters, as in the section `rasterize` of params.yaml."""
    return parse_json(store[_KEY], store.path, dict[str, Any])

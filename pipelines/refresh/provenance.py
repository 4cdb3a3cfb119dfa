"""What a build was made of: fingerprints by source and payload, fetches, versions."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from pipelines.schema import TABLES_VERSION

Fingerprints = Mapping[str, Mapping[str, str]]
"""Source name to payload name to SHA-256. Of a live source every name it ever gave, with the newest fingerprint."""

_PACKAGES = ("tradewake", "polars", "duckdb", "dataframely", "pyarrow", "httpx", "lxml")


def content_hash(hashes: Fingerprints) -> str:
    """One fingerprint for everything that goes into a build, and for the version that reads it."""
    facts = [TABLES_VERSION, _version("tradewake"), {name: dict(found) for name, found in hashes.items() if found}]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def versions() -> dict[str, str]:
    """The packages that read, checked and wrote it."""
    return {name: _version(name) for name in _PACKAGES} | {"python": platform.python_version()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"  # run from a folder of sources

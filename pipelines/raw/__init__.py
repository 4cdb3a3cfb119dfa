"""From a request to a payload: bytes as they came, named by their fingerprint. No rename, no sum, no date here."""

from __future__ import annotations

from pipelines.raw.requests import SHIPPED, Kind, Payload, Request, payload
from pipelines.raw.shipped import expand, fetch

__all__ = ["SHIPPED", "Kind", "Payload", "Request", "expand", "fetch", "payload"]

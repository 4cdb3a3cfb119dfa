"""How fast a source is asked, how long it is waited for, and how much of it is taken at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestLimits:
    """Pace, patience and budget of one source.

    Attributes:
        pace_seconds: time between the starts of two requests.
        at_once: requests that may run at the same time.
        attempts: how often a request is tried before the source fails.
        read_seconds: longest silence in the middle of a reply.
        budget_seconds: longest time that all of its requests may take together.
        budget_mb: most that all of its replies may weigh together.
        user_agent: what we call ourselves, where the source turns away strangers; ours when empty.
    """

    pace_seconds: float = 0.25
    at_once: int = 2
    attempts: int = 5
    read_seconds: float = 60.0
    budget_seconds: float = 900.0
    budget_mb: float = 300.0
    user_agent: str = ""

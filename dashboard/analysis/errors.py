"""The one exception of the analysis layer."""

from __future__ import annotations


class AnalysisError(ValueError):
    """A measure cannot be computed from what was given; the message is one sentence for the reader."""

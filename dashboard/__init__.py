"""Read, analyse, draw, show and hand over the figures of the published store."""

"""How fast Tradewake is, as ratios measured side by side in one run. Prints tables, tests nothing: `make bench`."""

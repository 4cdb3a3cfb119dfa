"""The version of the tables goes up whenever their contracts change."""

from __future__ import annotations

import hashlib
import json

from pipelines.schema import BITEMPORAL, SORT_ORDER, TABLES, TABLES_VERSION

DIGESTS = {2: "2d259ebe7942119c", 3: "c689471415a254dc", 4: "fa150d4ffcbfc833"}
"""Version of the tables to the digest of their contracts. Lines are added, never changed: a build on somebody's disk
says that it was made with one of them. Only where another polars writes the same rules otherwise may one change."""

WORDS_ABOUT = ("description", "metadata", "_schema", "_name")


def digest() -> str:
    """Of everything in the contracts but the words about them."""
    facts = {
        name: {
            "columns": {
                column: [type(kind).__name__, {k: str(v) for k, v in vars(kind).items() if k not in WORDS_ABOUT}]
                for column, kind in contract.columns().items()
            },
            "rules": {rule: str(kind.expr) for rule, kind in contract._schema_validation_rules().items()},
            "order": SORT_ORDER.get(name),
            "vintages": name in BITEMPORAL,
        }
        for name, contract in TABLES.items()
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def test_contracts_that_changed_have_a_version_of_their_own() -> None:
    assert digest() == DIGESTS.get(TABLES_VERSION), (
        f"The contracts changed. Raise TABLES_VERSION in pipelines/schema/tables.py by one and add `{digest()}` to "
        "DIGESTS under that number, so that builds made before are told apart and built anew."
    )

"""The builder that makes the committed artefact."""

import pytest

from hit_maternity.fhir.definitions.builder import build, prune


def test_another_package_is_refused():
    with pytest.raises(ValueError, match="sha256"):
        build(b"something else")


def test_pruning_keeps_rules_and_leaves_out_prose():
    pruned = prune(
        {
            "resourceType": "StructureDefinition",
            "text": {"div": "long"},
            "differential": {"element": []},
            "snapshot": {
                "element": [
                    {
                        "path": "A.b",
                        "min": 1,
                        "comment": "prose",
                        "constraint": [{"key": "b-1", "expression": "c.exists()", "xpath": "f:c"}],
                        "binding": {"strength": "required", "valueSet": "v", "description": "prose"},
                    }
                ]
            },
        }
    )
    assert pruned == {
        "resourceType": "StructureDefinition",
        "snapshot": {
            "element": [
                {
                    "path": "A.b",
                    "min": 1,
                    "constraint": [{"key": "b-1", "expression": "c.exists()"}],
                    "binding": {"strength": "required", "valueSet": "v"},
                }
            ]
        },
    }

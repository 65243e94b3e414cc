"""The JSON Schemas of all bodies, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import models_json_schema

from hit_maternity.dhg.models.exchange import EXCHANGE, RecordMetadata, ResourceMetadata, SentMetadata
from hit_maternity.dhg.models.fields import Body
from hit_maternity.dhg.models.types import LISTS, TYPES

_REF = "#/components/schemas/{model}"


def schemas() -> dict[str, Any]:
    """The schemas by name, as ``components.schemas`` of an OpenAPI 3.1 document has them.

    For each resource type there are ``Mother`` (what is sent to create it), ``MotherUpdate`` (with the version that was read) and
    ``MotherAnswer`` (with its metadata); ``Record`` is a whole record as it is answered, ``NewRecord`` one as it may be sent.
    """
    listed: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [(model, "validation") for model in EXCHANGE]
    answers: dict[str, Any] = {}
    created: dict[str, Any] = {}
    for name, model in TYPES.items():
        update, answer = _with(model, "Update", SentMetadata), _with(model, "Answer", ResourceMetadata)
        listed += [(model, "validation"), (update, "validation"), (answer, "validation")]
        answers[name] = (list[answer] | None if name in LISTS else answer | None, None)  # type: ignore[valid-type]  # made at run time
        created[name] = (list[model] | None if name in LISTS else model | None, None)  # type: ignore[valid-type]  # made at run time
    whole = ConfigDict(title="Record")
    record = create_model("Record", __config__=whole, __doc__="A whole record.", metadata=(RecordMetadata, Field()), **answers)
    new = create_model("NewRecord", __config__=ConfigDict(title="NewRecord", extra="forbid"), __doc__="A record as it may be created; "
                       "nothing of it must be there. That resources may be sent with it is inferred.", **created)  # fmt: skip
    _, made = models_json_schema([*listed, (record, "validation"), (new, "validation")], ref_template=_REF)
    return dict(made["$defs"])


def _with(model: type[Body], kind: str, metadata: type[BaseModel]) -> type[BaseModel]:
    """The model with ``metadata`` added; its example gets the metadata's."""
    extra: Any = model.model_config.get("json_schema_extra")
    other: Any = metadata.model_config.get("json_schema_extra")
    example = {**extra["examples"][0], "metadata": other["examples"][0]}
    made = create_model(f"{model.__name__}{kind}", __base__=model, __doc__=model.__doc__, metadata=(metadata, Field()))
    made.model_config["json_schema_extra"] = {"examples": [example]}
    made.model_config["title"] = f"{model.model_config.get('title', model.__name__)} ({kind.lower()})"
    return made

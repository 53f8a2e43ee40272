"""What the numbers over HTTP are, as OpenAPI 3.1 describes it; made from the command line's own arguments."""

from functools import cache
from typing import Any

from api.calls import Command, commands, described
from sla.measures import Measure

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
    "table": "text/plain; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
_REFUSALS = {
    "400": "What was asked cannot be told; the sentence says why.",
    "401": "The token is missing or wrong.",
    "404": "There is nothing of that name.",
}


def about(measure: Measure) -> dict[str, Any]:
    """Return what a measure is, as `GET /api/measures` lists it."""
    return {
        "name": measure.name,
        "title": measure.title,
        "definition": measure.definition,
        "formula": measure.formula,
        "unit": measure.unit,
        "waits": measure.waits,
        "by": [key for together in measure.keys for key in together] if measure.groupable else [],
        "columns": {c: t for c, t in measure.columns.items() if c not in measure.internal},
    }


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description."""
    paths = {f"/api{command.route}": {"get": _operation(command)} for command in commands()}
    paths["/api/measures"] = {
        "get": {
            "operationId": "measures",
            "summary": "list the measures with their definitions",
            "responses": {"200": _answered("Every measure.", ["json"]), **_refusals("401")},
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Replyclock",
            "version": "1",
            "description": "What the command line tells, with the same arguments. Instants are UTC and end in Z; "
            "days and hours are local to each account; lengths are whole seconds. What a figure means: "
            "GET /api/measures.",
        },
        "paths": dict(sorted(paths.items())),
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Refusal": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": {"type": "string"}},
                }
            },
        },
    }


def _operation(command: Command) -> dict[str, Any]:
    return {
        "operationId": command.name,
        "summary": command.told,
        "parameters": described(command),
        "responses": {
            "200": _answered("The answer.", command.forms)
            | {
                "headers": {"Replyclock-Note": {"schema": {"type": "string"}, "description": _NOTE}}
            },
            **_refusals("400", "401", "404"),
        },
    }


_NOTE = "what the figure is counted over, its clock, target and as of, percent-encoded"


def _answered(told: str, forms: Any) -> dict[str, Any]:
    rows = {"type": "array", "items": {"type": "object"}}
    return {
        "description": told,
        "content": {MEDIA[form]: {"schema": rows} if form == "json" else {} for form in forms},
    }


def _refusals(*codes: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    return {
        code: {"description": _REFUSALS[code], "content": {"application/json": schema}}
        for code in codes
    }

"""Talk to an app's server as a browser would, without one."""

import json
from typing import Any

from dash import Dash

JSON = {"Content-Type": "application/json"}


def open_page(app: Dash, path: str, search: str = "") -> dict[str, Any]:
    """Return the page component that the router answers with, as JSON."""
    body = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["url.pathname"],
    }
    reply = app.server.test_client().post("/_dash-update-component", data=json.dumps(body), headers=JSON)
    assert reply.status_code == 200, reply.data
    answer: dict[str, Any] = reply.get_json()["response"]["page"]["children"]
    return answer


def texts(component: object) -> list[str]:
    """Return every text of a component tree, in order."""
    if isinstance(component, str):
        return [component]
    if isinstance(component, list):
        return [text for part in component for text in texts(part)]
    if isinstance(component, dict):
        return texts(component.get("props", {}).get("children"))
    return []


def find(component: object, **wanted: object) -> list[dict[str, Any]]:
    """Return the props of every component whose props include ``wanted``."""
    if isinstance(component, list):
        return [props for part in component for props in find(part, **wanted)]
    if not isinstance(component, dict):
        return []
    props = component.get("props", {})
    here = [props] if all(props.get(name) == value for name, value in wanted.items()) else []
    return here + find(props.get("children"), **wanted)


def fire(app: Dash, output: str, inputs: dict[str, Any], state: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
    """Fire the callback that makes ``output`` (``id.property``) and return what it answers."""
    component, prop = output.split(".")
    split = [(name.rsplit(".", 1), value) for name, value in inputs.items()]
    held = [(name.rsplit(".", 1), value) for name, value in (state or {}).items()]
    body = {
        "output": output,
        "outputs": {"id": component, "property": prop},
        "inputs": [{"id": i, "property": p, "value": v} for (i, p), v in split],
        "state": [{"id": i, "property": p, "value": v} for (i, p), v in held],
        "changedPropIds": list(inputs)[:1],
    }
    reply = app.server.test_client().post("/_dash-update-component", data=json.dumps(body), headers=JSON)
    assert reply.status_code in (200, 204), reply.data
    return reply.get_json()["response"][component][prop] if reply.status_code == 200 else None


def rest_of_course(app: Dash, subject: str) -> list[Any]:
    """Return the cards that follow the images of a course page, then the board's trend."""
    outputs = [{"id": "course-rest", "property": "children"}, {"id": "board-place", "property": "children"}]
    body = {
        "output": "..course-rest.children...board-place.children..",
        "outputs": outputs,
        "inputs": [{"id": "painted", "property": "data", "value": {"subject": subject}}],
        "changedPropIds": ["painted.data"],
    }
    reply = app.server.test_client().post("/_dash-update-component", data=json.dumps(body), headers=JSON)
    assert reply.status_code == 200, reply.data
    answer = reply.get_json()["response"]
    return [*answer["course-rest"]["children"], answer["board-place"]["children"]]

"""The way to a value inside JSON: `data.torrents[0].name`, `$`, `..name`."""

import json
import re

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_STEP = re.compile(
    r"(?P<deep>\.\.)?\.?(?:\[(?P<index>-?\d{1,9})\]|\[['\"](?P<quoted>[^'\"]*)['\"]\]|(?P<name>[^.\[\]]+)|(?P<all>\[\*\]))"
)


def selected(node: Json, path: str) -> list[Json]:
    """Everything that the path leads to, in order; nothing where it leads nowhere. Raises ValueError for no path."""
    found, at = [node], 1 if path.startswith("$") else 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"{path!r:.80} is no path into JSON")
        if step["deep"]:
            found = [inner for one in found for inner in _within(one)]
        found = [inner for one in found for inner in _inner(one, step)]
        at = step.end()
    return found


def _inner(node: Json, step: re.Match[str]) -> list[Json]:
    if step["index"] is not None:
        index = int(step["index"])
        return [node[index]] if isinstance(node, list) and -len(node) <= index < len(node) else []
    name = step["quoted"] if step["quoted"] is not None else step["name"]
    if name is None or name == "*":
        return list(_children(node))
    return [node[name]] if isinstance(node, dict) and name in node else []


def _children(node: Json) -> list[Json]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _within(node: Json) -> list[Json]:
    """The node and all below it."""
    found: list[Json] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += reversed(_children(one))
    return found


def json_text(value: Json) -> str:
    """A value as the definitions expect it: `True`, `1.5`, arrays joined with ",", nothing for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return ",".join(json_text(one) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)

"""Paint the map as one picture that needs nothing else: no fonts, no scripts, light or dark."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from matinee.topology.drawing import Drawing, drawings, look_of
from matinee.topology.model import Group, LineStyle, Link, Look, Service, Shape, Topology
from matinee.topology.picture import lettering
from matinee.topology.picture.labels import Label, place_labels
from matinee.topology.picture.layout import Plan, Point, Rect, plan
from matinee.topology.picture.sheet import LONGEST_SUBTITLE, LONGEST_TITLE
from matinee.topology.probe import NOT_ASKED
from matinee.topology.report import LinkReport, LinkState, States

MARGIN, HEADING, BETWEEN = 32.0, 44.0, 40.0
ARROW = 8.0
SIGNS = {LinkState.GREEN: "✓", LinkState.RED: "✕", LinkState.GREY: "?"}
MEANINGS = {LinkState.GREEN: "answers", LinkState.RED: "does not answer", LinkState.GREY: "not checked"}

STYLE = """
.matinee-map { --paper: #fbfbfd; --ink: #1c2230; --soft: #5b6475; --line: #7b8496; --card: #ffffff;
  --green: #2b8a3e; --red: #d6212b; --grey: #8d95a3;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { .matinee-map { --paper: #12151c; --ink: #e8ebf2; --soft: #a3acbd;
  --line: #8a93a6; --card: #1d222d; --green: #51cf66; --red: #ff6b6b; --grey: #7d8696; } }
.matinee-map .paper { fill: var(--paper); }
.matinee-map text { fill: var(--ink); text-anchor: middle; dominant-baseline: central; }
.matinee-map .heading { font-size: 19px; font-weight: 650; text-anchor: start; }
.matinee-map .frame-title { font-size: 12.5px; font-weight: 600; text-anchor: start;
  paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round; stroke-opacity: .85; }
.matinee-map .title { font-size: 13px; font-weight: 600; }
.matinee-map .subtitle { font-size: 11px; opacity: .82; }
.matinee-map .label { font-size: 11px; fill: var(--soft); }
.matinee-map .pill { fill: var(--paper); fill-opacity: .9; }
.matinee-map .line { fill: none; stroke: var(--state, var(--line)); stroke-width: 1.6; }
.matinee-map .dotted .line { stroke-dasharray: 1.5 5; stroke-width: 2.1; stroke-linecap: round; }
.matinee-map .arrow { fill: var(--state, var(--line)); }
.matinee-map .sign { font-size: 12px; font-weight: 700; fill: var(--state); }
.matinee-map .green { --state: var(--green); } .matinee-map .grey { --state: var(--grey); }
.matinee-map .red { --state: var(--red); } .matinee-map .red .line { stroke-width: 2.6; }
.matinee-map .plain { fill: var(--card); stroke: var(--line); }
.matinee-map .legend { text-anchor: start; font-size: 12px; fill: var(--soft); }
"""


def write_svg(topology: Topology, states: States | None = None) -> str:
    """All graphs of the map in one SVG, one below the other; with states, every line shows how it is."""
    plans = [(drawing, plan(drawing)) for drawing in drawings(topology)]
    width = max(plan.width for _, plan in plans) + 2 * MARGIN
    body, at = [], MARGIN
    for drawing, places in plans:
        body.append(f'<g transform="translate({MARGIN:g} {at:g})">{_graph(topology, drawing, places, states)}</g>')
        at += HEADING + places.height + BETWEEN
    if states is not None:
        body.append(_legend(at))
        at += 24
    height = at - BETWEEN + MARGIN + (8 if states is not None else 0)
    title = escape(topology.document.title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="matinee-map" role="img" aria-label="{title}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n"
        f'<rect class="paper" width="100%" height="100%"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _graph(topology: Topology, drawing: Drawing, places: Plan, states: States | None) -> str:
    """One graph under its heading: frames at the bottom, then lines, boxes, and labels on top."""
    labels = place_labels(drawing, places, signs=states is not None)
    parts = [
        *(_frame(group, places.frames[group.id], topology.looks.get(group.look or "")) for group, _ in drawing.groups),
        *(_line(topology, link, places, states) for link in drawing.links),
        *(_frame_title(group, places.frames[group.id]) for group, _ in drawing.groups),
        *(_box(topology, service, places.boxes[service.id]) for service in drawing.services),
        *(_label(link, labels[link.id], states) for link in drawing.links if link.id in labels),
    ]
    heading = f'<text class="heading" x="0" y="8">{escape(drawing.title)}</text>'
    return f'{heading}\n<g transform="translate(0 {HEADING:g})">\n' + "\n".join(parts) + "\n</g>"


def _frame(group: Group, rect: Rect, look: Look | None) -> str:
    """A frame in the colour of its look."""
    colour = look.stroke if look else "#8d99ae"
    return (
        f'<g class="group" data-group="{group.id}"><title>{escape(group.title)}</title>'
        f'<rect {_at(rect)} rx="16" fill="{colour}" fill-opacity=".1" '
        f'stroke="{colour}" style="stroke:color-mix(in oklab,{colour} 55%,var(--line))"/></g>'
    )


def _frame_title(group: Group, rect: Rect) -> str:
    """A frame's title, above the lines that pass it."""
    return f'<text class="frame-title" x="{rect.x + 18:.1f}" y="{rect.y + 19:.1f}">{escape(group.title)}</text>'


def _box(topology: Topology, service: Service, rect: Rect) -> str:
    """A box with its one or two lines."""
    look = topology.looks.get(look_of(topology, service) or "")
    paint = f'fill="{look.fill}" stroke="{look.stroke}"' if look else 'class="plain"'
    round = rect.height / 2 if service.shape is Shape.STADIUM else 9
    whole = " — ".join(text for text in (service.title, service.subtitle) if text)
    return (
        f'<g class="service" data-service="{service.id}"><title>{escape(whole)}</title>'
        f'<rect {_at(rect)} rx="{round:g}" {paint} stroke-width="1.6"/>{"".join(_words(service, rect, look))}</g>'
    )


def _words(service: Service, rect: Rect, look: Look | None) -> Iterator[str]:
    """The lines of a box."""
    x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
    colour = f' style="fill:{look.color}"' if look else ""
    apart = 9 if service.subtitle else 0
    yield _text("title", x, y - apart, lettering.cut(service.title, LONGEST_TITLE), colour)
    if service.subtitle:
        yield _text("subtitle", x, y + apart, lettering.cut(service.subtitle, LONGEST_SUBTITLE), colour)


def _line(topology: Topology, link: Link, places: Plan, states: States | None) -> str:
    """A line with its arrow head; who reads with the ears hears both ends, the label and the state."""
    points = places.lines[link.id]
    head = _arrow(points[-2], points[-1], sideways=places.sideways)
    return (
        f'<g class="{_classes(link, states)}" data-link="{link.id}"><title>{escape(_spoken(topology, link, states))}'
        f'</title><path class="line" d="{_curve(points, sideways=places.sideways)}"/>'
        f'<path class="arrow" d="{head}"/></g>'
    )


def _classes(link: Link, states: States | None) -> str:
    """What the style sheet needs to know of a line."""
    dotted = " dotted" if link.style is LineStyle.DOTTED else ""
    return f"link{dotted}" + (f" {_state(link, states)}" if states is not None else "")


def _state(link: Link, states: States) -> LinkState:
    """How a link is; one never asked is grey."""
    report = states.get(link.id)
    return report.state if report else LinkState.GREY


def _spoken(topology: Topology, link: Link, states: States | None) -> str:
    """A line in words."""
    label = f": {link.label}" if link.label else ""
    words = f"{topology.title_of(link.source)} → {topology.title_of(link.target)}{label} ({link.protocol})"
    if states is None:
        return words
    return f"{words}. {_state(link, states).capitalize()}: {_because(states.get(link.id))}"


def _because(report: LinkReport | None) -> str:
    """Why a link has its state."""
    if report is None:
        return NOT_ASKED
    return report.reason or report.seen or MEANINGS[report.state]


def _label(link: Link, label: Label, states: States | None) -> str:
    """A label on its line, with the sign of the state so that nobody needs to tell the colours."""
    sign = SIGNS[_state(link, states)] if states is not None else ""
    rect = label.rect
    x, y = rect.x + rect.width / 2 + (7 if sign and label.lines else 0), rect.y + rect.height / 2
    words = [
        _text("label", x, y + (place - (len(label.lines) - 1) / 2) * 13, line) for place, line in enumerate(label.lines)
    ]
    if sign:
        words.append(_text("sign", rect.x + (10 if label.lines else rect.width / 2), y, sign))
    return f'<g class="{_classes(link, states)}"><rect class="pill" {_at(rect)} rx="7"/>{"".join(words)}</g>'


def _curve(points: tuple[Point, ...], *, sideways: bool) -> str:
    """Points joined by curves that start and end in the reading direction; the arrow head gets its room."""
    *before, (x, y) = points
    last_x, last_y = before[-1]
    if sideways:
        x += ARROW if last_x > x else -ARROW
    else:
        y += ARROW if last_y > y else -ARROW
    path = f"M{_xy(points[0])}"
    for (ax, ay), (bx, by) in pairwise([*before, (x, y)]):
        middle = ((ax + bx) / 2, ay, (ax + bx) / 2, by) if sideways else (ax, (ay + by) / 2, bx, (ay + by) / 2)
        path += f" C{middle[0]:.1f} {middle[1]:.1f} {middle[2]:.1f} {middle[3]:.1f} {bx:.1f} {by:.1f}"
    return path


def _arrow(before: Point, tip: Point, *, sideways: bool) -> str:
    """A small triangle at the end of a line."""
    x, y = tip
    if sideways:
        back = x + (ARROW if before[0] > x else -ARROW) * 1.1
        return f"M{x:.1f} {y:.1f} L{back:.1f} {y - 4.5:.1f} L{back:.1f} {y + 4.5:.1f} Z"
    back = y + (ARROW if before[1] > y else -ARROW) * 1.1
    return f"M{x:.1f} {y:.1f} L{x - 4.5:.1f} {back:.1f} L{x + 4.5:.1f} {back:.1f} Z"


def _legend(y: float) -> str:
    """What the signs mean."""
    parts = []
    for place, state in enumerate(LinkState):
        x = MARGIN + 10 + place * 150
        parts.append(
            f'<g class="{state}">{_text("sign", x, y, SIGNS[state])}'
            f'<text class="legend" x="{x + 14:g}" y="{y:g}">{MEANINGS[state]}</text></g>'
        )
    return "".join(parts)


def _text(kind: str, x: float, y: float, text: str, more: str = "") -> str:
    """A piece of text around a point."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{more}>{escape(text)}</text>'


def _at(rect: Rect) -> str:
    """A rectangle's attributes."""
    return f'x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.width:.1f}" height="{rect.height:.1f}"'


def _xy(point: Point) -> str:
    """A point in a path."""
    return f"{point[0]:.1f} {point[1]:.1f}"

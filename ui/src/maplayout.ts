/** Where everything stands on one picture of the map. Pure: ids and words in, boxes and lines out. */
import dagre from '@dagrejs/dagre'
import type { HouseMap, MapGraph, MapLink } from './api/types'

type Service = HouseMap['services'][number]
type Group = HouseMap['groups'][number]

export interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  width: number
  height: number
}

/** Room in a frame for its title, and around its boxes. */
const HEADROOM = 20
const PADDING = 6

export interface Picture {
  width: number
  height: number
  groups: { group: Group; box: Box }[]
  services: { service: Service; box: Box }[]
  links: { link: MapLink; path: string; middle: Point; words: string[] }[]
}

const LETTER = 7.6
const SMALL_LETTER = 6.4
const LABEL_LETTERS = 14
const BEND = 7
const MARGIN = 30

/** Lay out what `graph` shows, in its direction (LR, TB …). Boxes are given by their centres. */
export function layOut(map: HouseMap, graph: MapGraph): Picture {
  const groups = map.groups.filter((group) => graph.groups.includes(group.id))
  const services = map.services.filter(
    (service) =>
      graph.outside.includes(service.id) || (service.group !== null && graph.groups.includes(service.group)),
  )
  const links = map.links.filter((link) => graph.links.includes(link.id))

  const g = new dagre.graphlib.Graph({ compound: true, multigraph: true })
  g.setGraph({
    rankdir: graph.direction,
    nodesep: 40,
    ranksep: 54,
    edgesep: 30,
    marginx: MARGIN,
    marginy: MARGIN,
  })
  g.setDefaultEdgeLabel(() => ({}))
  for (const group of groups) g.setNode(group.id, {})
  for (const service of services) {
    g.setNode(service.id, sizeOf(service))
    if (service.group !== null && g.hasNode(service.group)) g.setParent(service.id, service.group)
  }
  const starts = [...graph.outside, ...services.map(({ id }) => id)]
  const ends = links.map((link) => ({
    link,
    from: standIn(groups, link.source),
    to: standIn(groups, link.target),
  }))
  const against = goingBack(starts, ends)
  for (const { link, from, to } of ends) {
    const [tail, head] = against.has(link.id) ? [to, from] : [from, to]
    g.setEdge(tail, head, { ...roomFor(link.label), labelpos: 'c' }, link.id)
  }
  dagre.layout(g)

  const boxOf = (id: string): Box => g.node(id) as Box
  const groupBox = (id: string): Box | null =>
    groups.some((group) => group.id === id) ? frame(boxOf(id)) : null
  const { width = 0, height = 0 } = g.graph() as { width?: number; height?: number }
  return {
    width,
    height,
    groups: groups.map((group) => ({ group, box: frame(boxOf(group.id)) })),
    services: services.map((service) => ({ service, box: boxOf(service.id) })),
    links: ends.map(({ link, from, to }) => {
      const back = against.has(link.id)
      const edge = (back ? g.edge(to, from, link.id) : g.edge(from, to, link.id)) as Point & {
        points: Point[]
      }
      const way = back ? [...edge.points].reverse() : edge.points
      const points = outside(way, groupBox(link.source), groupBox(link.target))
      return {
        link,
        path: curve(points),
        middle: { x: edge.x, y: edge.y },
        words: lines(link.label),
      }
    }),
  }
}

function sizeOf({ title, subtitle }: Service): { width: number; height: number } {
  const width = Math.max(title.length * LETTER, (subtitle ?? '').length * SMALL_LETTER) + 34
  return { width: Math.max(92, width), height: subtitle ? 50 : 38 }
}

const frame = ({ x, y, width, height }: Box): Box => ({
  x,
  y: y - (HEADROOM - PADDING) / 2,
  width: width + 2 * PADDING,
  height: height + HEADROOM + PADDING,
})

/** A label in lines of a few letters, so that it does not push the boxes apart. */
export function lines(label: string | null): string[] {
  const told: string[] = []
  for (const word of (label ?? '').split(' ').filter(Boolean)) {
    const last = told.at(-1)
    if (last !== undefined && last.length + word.length < LABEL_LETTERS)
      told[told.length - 1] = `${last} ${word}`
    else told.push(word)
  }
  return told
}

function roomFor(label: string | null): { width: number; height: number } {
  const told = lines(label)
  const longest = Math.max(3, ...told.map((line) => line.length))
  return { width: longest * SMALL_LETTER + 8, height: 26 + told.length * 14 }
}

/** Links that lead back to where the story began: they must not turn the picture around. */
export function goingBack(
  starts: string[],
  ends: { link: { id: string }; from: string; to: string }[],
): Set<string> {
  const back = new Set<string>()
  const state = new Map<string, 'open' | 'done'>()
  const visit = (id: string): void => {
    state.set(id, 'open')
    for (const { link, from, to } of ends) {
      if (from !== id) continue
      if (state.get(to) === 'open') back.add(link.id)
      else if (!state.has(to)) visit(to)
    }
    state.set(id, 'done')
  }
  for (const id of starts) if (!state.has(id)) visit(id)
  return back
}

/** A line to a whole group is laid out to the box in its middle, and ends at the frame. */
function standIn(groups: Group[], end: string): string {
  const members = groups.find((group) => group.id === end)?.services
  return members?.[Math.floor(members.length / 2)] ?? end
}

function outside(points: Point[], source: Box | null, target: Box | null): Point[] {
  let kept = points
  if (target) kept = untilEntering(kept, target)
  if (source) kept = untilEntering([...kept].reverse(), source).reverse()
  return kept
}

function untilEntering(points: Point[], box: Box): Point[] {
  const first = points.findIndex((point) => isInside(point, box))
  if (first < 1) return points
  return [...points.slice(0, first), crossing(points[first - 1]!, points[first]!, box)]
}

const isInside = ({ x, y }: Point, box: Box): boolean =>
  Math.abs(x - box.x) <= box.width / 2 && Math.abs(y - box.y) <= box.height / 2

/** Halving finds where the way from `out` to `into` meets the frame. */
function crossing(out: Point, into: Point, box: Box): Point {
  let [a, b] = [out, into]
  for (let i = 0; i < 12; i++) {
    const middle = between(a, b)
    if (isInside(middle, box)) b = middle
    else a = middle
  }
  return a
}

const between = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`

/** A smooth line through all the points (Catmull-Rom, as cubic curves). */
function curve(points: Point[]): string {
  const bends = points.slice(1).map((point, i) => {
    const before = points[i - 1] ?? points[i]!
    const from = points[i]!
    const after = points[i + 2] ?? point
    const leaving = { x: from.x + (point.x - before.x) / BEND, y: from.y + (point.y - before.y) / BEND }
    const arriving = { x: point.x - (after.x - from.x) / BEND, y: point.y - (after.y - from.y) / BEND }
    return `C ${at(leaving)} ${at(arriving)} ${at(point)}`
  })
  return [`M ${at(points[0]!)}`, ...bends].join(' ')
}

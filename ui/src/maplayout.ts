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

export interface Picture {
  width: number
  height: number
  groups: { group: Group; box: Box }[]
  services: { service: Service; box: Box }[]
  links: { link: MapLink; path: string; middle: Point }[]
}

const LETTER = 7.6
const SMALL_LETTER = 6.4
const MARGIN = 16

/** Lay out what `graph` shows; `direction` is LR or TB. Boxes are given by their centres. */
export function layOut(map: HouseMap, graph: MapGraph, direction: 'LR' | 'TB'): Picture {
  const groups = map.groups.filter((group) => graph.groups.includes(group.id))
  const services = map.services.filter(
    (service) =>
      graph.outside.includes(service.id) || (service.group !== null && graph.groups.includes(service.group)),
  )
  const links = map.links.filter((link) => graph.links.includes(link.id))

  const g = new dagre.graphlib.Graph({ compound: true, multigraph: true })
  g.setGraph({ rankdir: direction, nodesep: 26, ranksep: 54, edgesep: 18, marginx: MARGIN, marginy: MARGIN })
  g.setDefaultEdgeLabel(() => ({}))
  for (const group of groups) g.setNode(group.id, {})
  for (const service of services) {
    g.setNode(service.id, sizeOf(service))
    if (service.group !== null && g.hasNode(service.group)) g.setParent(service.id, service.group)
  }
  for (const link of links) {
    const label = {
      width: Math.max(30, (link.label ?? '').length * SMALL_LETTER),
      height: 34,
      labelpos: 'c' as const,
    }
    g.setEdge(standIn(groups, link.source), standIn(groups, link.target), label, link.id)
  }
  dagre.layout(g)

  const boxOf = (id: string): Box => g.node(id) as Box
  const groupBox = (id: string): Box | null => (groups.some((group) => group.id === id) ? boxOf(id) : null)
  const { width = 0, height = 0 } = g.graph() as { width?: number; height?: number }
  return {
    width,
    height,
    groups: groups.map((group) => ({ group, box: boxOf(group.id) })),
    services: services.map((service) => ({ service, box: boxOf(service.id) })),
    links: links.map((link) => {
      const edge = g.edge(standIn(groups, link.source), standIn(groups, link.target), link.id) as {
        points: Point[]
      }
      const points = outside(edge.points, groupBox(link.source), groupBox(link.target))
      return { link, path: curve(points), middle: points[Math.floor(points.length / 2)]! }
    }),
  }
}

function sizeOf({ title, subtitle }: Service): { width: number; height: number } {
  const width = Math.max(title.length * LETTER, (subtitle ?? '').length * SMALL_LETTER) + 34
  return { width: Math.max(92, width), height: subtitle ? 50 : 38 }
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

/** A smooth line along the points. */
function curve(points: Point[]): string {
  const [first, ...rest] = points
  if (!first || rest.length === 0) return ''
  const bends = rest.slice(0, -1).map((point, i) => {
    const last = i === rest.length - 2
    return `Q ${at(point)} ${at(last ? rest[i + 1]! : between(point, rest[i + 1]!))}`
  })
  return `M ${at(first)} ${bends.length ? bends.join(' ') : `L ${at(rest[0]!)}`}`
}

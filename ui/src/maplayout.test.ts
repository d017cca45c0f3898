import { expect, test } from 'vitest'
import type { HouseMap } from './api/types'
import { goingBack, layOut, lines } from './maplayout'

const service = (id: string, group: string | null) =>
  ({
    id,
    title: id,
    subtitle: null,
    group,
    shape: 'box',
    look: null,
    url: null,
  }) as HouseMap['services'][number]
const link = (source: string, target: string) =>
  ({ id: `${source}-${target}`, source, target, label: 'asks', state: 'green' }) as HouseMap['links'][number]

const map = {
  looks: {},
  groups: [{ id: 'search', title: 'Search', host: null, look: null, services: ['radarr', 'sonarr'] }],
  services: [service('user', null), service('radarr', 'search'), service('sonarr', 'search')],
  links: [link('user', 'radarr'), link('radarr', 'user'), link('user', 'search')],
} as unknown as HouseMap
const graph = {
  id: 'g',
  title: 'G',
  direction: 'LR',
  groups: ['search'],
  outside: ['user'],
  links: map.links.map(({ id }) => id),
}

test('the story runs in its direction, boxes inside of their frame', () => {
  const { services, groups } = layOut(map, graph)
  const at = (id: string) => services.find((each) => each.service.id === id)!.box
  const frame = groups[0]!.box
  expect(at('user').x).toBeLessThan(at('radarr').x)
  for (const id of ['radarr', 'sonarr']) expect(Math.abs(at(id).x - frame.x)).toBeLessThan(frame.width / 2)
})

test('a link to a group ends at its frame, and a cycle draws both ways', () => {
  const { links } = layOut(map, graph)
  expect(links).toHaveLength(3)
  for (const { path } of links) expect(path).toMatch(/^M -?[\d.]+ -?[\d.]+ C /)
})

test('only the way back is turned around', () => {
  const ends = map.links.map((each) => ({ link: each, from: each.source, to: each.target }))
  expect(goingBack(['user'], ends)).toEqual(new Set(['radarr-user']))
})

test('labels are broken between words', () => {
  expect(lines('Request movie/show')).toEqual(['Request', 'movie/show'])
  expect(lines(null)).toEqual([])
})

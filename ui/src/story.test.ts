import { expect, test } from 'vitest'
import type { Journey, Refusal, Request, StageName, Step, StepState } from './api/types'
import { knowsMoreReleases, tell, withJourney } from './story'

const step = (seq: number, stage: StageName, state: StepState): Step => ({
  seq,
  stage,
  state,
  text: `${stage} ${seq}`,
  notes: [],
  started: '2026-05-12T12:00:00Z',
  ended: null,
  attempts: 1,
  wake_at: null,
  releases: [],
})

const journey = (over: Partial<Journey>): Journey => ({
  id: 1,
  label: 'Metropolis (1927)',
  season: null,
  episode: null,
  state: 'running',
  stage: 'searched',
  text: '',
  wake_at: null,
  steps: [],
  download: null,
  file_id: null,
  ...over,
})

const states = (told: Journey) => tell(told).map(({ state }) => state)

test('what lies behind is done and what lies before is ahead', () => {
  const told = journey({ steps: [step(1, 'asked', 'done'), step(2, 'searched', 'running')] })
  expect(states(told)).toEqual(['done', 'running', 'ahead', 'ahead', 'ahead', 'ahead'])
})

test('a list tells no steps and the stages still show', () => {
  expect(states(journey({ state: 'waiting' }))).toEqual([
    'done',
    'waiting',
    'ahead',
    'ahead',
    'ahead',
    'ahead',
  ])
  expect(states(journey({ state: 'done', stage: 'ready' }))).toEqual(Array(6).fill('done'))
  expect(states(journey({ state: 'cancelled' }))[1]).toBe('cancelled')
})

test('after a bad download the newest search counts and the first is kept', () => {
  const steps = [
    step(1, 'asked', 'done'),
    step(2, 'searched', 'done'),
    step(3, 'grabbed', 'failed'),
    step(4, 'searched', 'running'),
  ]
  const [, searched, grabbed] = tell(journey({ steps }))
  expect(searched).toMatchObject({ state: 'running', step: { seq: 4 }, earlier: [{ seq: 2 }] })
  expect(grabbed).toMatchObject({ state: 'ahead', step: null, earlier: [{ seq: 3 }] })
})

test('news of the only journey are news of the request', () => {
  const request = {
    state: 'running',
    stage: 'asked',
    ready: 0,
    journeys: [journey({})],
  } as unknown as Request
  const news = withJourney(request, journey({ state: 'done', stage: 'ready', text: 'Ready to watch.' }))
  expect(news).toMatchObject({ state: 'done', stage: 'ready', ready: 1, text: 'Ready to watch.' })
})

test('the stream leaves out the releases and the page keeps those it has', () => {
  const refused = { name: 'Metropolis.CAM' } as Refusal
  const searched = { ...step(2, 'searched', 'done'), releases: [refused] }
  const known = { journeys: [journey({ steps: [searched] })] } as Request
  const told = journey({ steps: [step(2, 'searched', 'done'), step(3, 'grabbed', 'running')] })
  const [news] = withJourney(known, told).journeys
  expect(news?.steps.map(({ releases }) => releases)).toEqual([[refused], []])
})

test('when a search or a grab has ended there is more to know about the releases', () => {
  const searching = journey({ steps: [step(2, 'searched', 'running')] })
  const found = journey({ steps: [step(2, 'searched', 'done'), step(3, 'grabbed', 'running')] })
  expect(knowsMoreReleases(searching, undefined)).toBe(false)
  expect(knowsMoreReleases(found, searching)).toBe(true)
  expect(knowsMoreReleases(found, found)).toBe(false)
})

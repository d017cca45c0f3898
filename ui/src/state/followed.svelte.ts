/** Requests that go on moving while they are looked at. */
import { onDestroy } from 'svelte'
import { api } from '../api/client'
import type { Journey, Request } from '../api/types'
import { knowsMoreReleases, withJourney } from '../story'
import { live } from './live.svelte'
import { Loaded } from './loaded.svelte'

export function followRequest(id: number): Loaded<Request> {
  const followed = new Loaded(`request ${id}`, () => api.request(id))
  onDestroy(
    live.on('journey', ({ journey, request_id }) => {
      if (request_id !== id || !followed.value) return
      const known = followed.value.journeys.find(({ id }) => id === journey.id)
      followed.set(withJourney(followed.value, journey))
      if (isResting(journey) || knowsMoreReleases(journey, known)) followed.refreshSoon()
    }),
  )
  onDestroy(live.on('request', ({ request_id }) => request_id === id && followed.refreshSoon()))
  return followed
}

export function followRequests(): Loaded<Request[]> {
  const followed = new Loaded('requests', api.requests).after('request')
  onDestroy(
    live.on('journey', ({ journey, request_id }) => {
      if (followed.value) followed.set(told(followed.value, request_id, journey))
      if (isResting(journey)) followed.refreshSoon()
    }),
  )
  return followed
}

/** When a journey rests, the words for the whole request have changed as well. */
export const isResting = (journey: Journey): boolean => journey.state !== 'running'

export function told(requests: Request[], id: number, journey: Journey): Request[] {
  return requests.map((request) => (request.id === id ? withJourney(request, journey) : request))
}

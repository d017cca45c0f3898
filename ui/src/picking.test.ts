import { expect, test } from 'vitest'
import type { Availability, Season } from './api/types'
import { wishFor } from './picking'

const season = (number: number, ...states: Availability[]): Season => ({
  number,
  episodes: states.map((availability, i) => ({
    season: number,
    number: i + 1,
    name: '',
    overview: '',
    air_date: null,
    runtime_minutes: null,
    availability,
    file: null,
    request_id: null,
  })),
})

test('nothing picked wishes for all that aired', () => {
  expect(wishFor('series-tmdb-1', null, [season(1, 'none')], new Set())).toEqual({
    ref: 'series-tmdb-1',
    slot: null,
    seasons: [],
    episodes: [],
  })
})

test('a whole season is named as one', () => {
  const wish = wishFor(
    'r',
    null,
    [season(1, 'none', 'none'), season(2, 'none', 'none')],
    new Set(['1x1', '1x2', '2x2']),
  )
  expect(wish).toMatchObject({ seasons: [1], episodes: [{ season: 2, number: 2 }] })
})

test('what is here already is not fetched again with its season', () => {
  const wish = wishFor('r', '4k', [season(1, 'available', 'none')], new Set(['1x2']))
  expect(wish).toMatchObject({ slot: '4k', seasons: [], episodes: [{ season: 1, number: 2 }] })
})

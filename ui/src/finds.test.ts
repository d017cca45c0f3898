import { describe, expect, it } from 'vitest'
import type { Answered, Find } from './api/types'
import {
  asQuery,
  asWish,
  joinedRows,
  NO_SEARCH,
  progressed,
  sorted,
  turned,
  waiting,
  withWords,
} from './finds'

const find = (key: string, told: Partial<Find> = {}): Find => ({
  key,
  name: key,
  indexer: 'Lab',
  indexer_id: 1,
  also: [],
  protocol: 'torrent',
  size: 1,
  seeders: 1,
  leechers: null,
  grabs: null,
  published: null,
  categories: [],
  flags: [],
  quality: 'Unknown',
  page_url: null,
  ...told,
})

const answer = (told: Partial<Answered> = {}): Answered => ({
  indexer_id: 2,
  indexer: 'Second',
  found: [],
  replaced: [],
  also: [],
  rows: 0,
  seconds: 0.5,
  trouble: '',
  skipped: false,
  from_cache: false,
  ...told,
})

const keys = (rows: Iterable<Find>): string[] => [...rows].map(({ key }) => key)

describe('answers that come one by one', () => {
  it('take the place of the rows that they outdo', () => {
    const rows = joinedRows(new Map([['a', find('a')]]), answer({ found: [find('b')], replaced: ['a'] }))
    expect(keys(rows.values())).toEqual(['b'])
  })

  it('name the indexer that has a row as well, once', () => {
    const first = joinedRows(new Map([['a', find('a')]]), answer({ also: ['a', 'gone'] }))
    const again = joinedRows(first, answer({ also: ['a'] }))
    expect(again.get('a')?.also).toEqual(['Second'])
  })

  it('leave the rows that were there untouched', () => {
    const before = new Map([['a', find('a')]])
    joinedRows(before, answer({ replaced: ['a'] }))
    expect(before.size).toBe(1)
  })
})

describe('the order of what was found', () => {
  const rows = [
    find('small', { size: 10, seeders: 5, quality: 'DVD' }),
    find('large', { size: 90, seeders: null, quality: 'Bluray-1080p' }),
    find('unsized', { size: 0, seeders: 7, quality: 'nobody knows' }),
  ]
  const ladder = ['DVD', 'Bluray-1080p']

  it('begins with what a person expects', () => {
    expect(keys(sorted(rows, { by: 'seeders', natural: true }, ladder))).toEqual([
      'unsized',
      'small',
      'large',
    ])
    expect(keys(sorted(rows, { by: 'quality', natural: true }, ladder))).toEqual([
      'large',
      'small',
      'unsized',
    ])
    expect(keys(sorted(rows, { by: 'name', natural: true }, ladder))).toEqual(['large', 'small', 'unsized'])
  })

  it('keeps what nobody knows at the end either way', () => {
    expect(keys(sorted(rows, { by: 'size', natural: true }, ladder))).toEqual(['large', 'small', 'unsized'])
    expect(keys(sorted(rows, { by: 'size', natural: false }, ladder))).toEqual(['small', 'large', 'unsized'])
  })

  it('turns around when its column is asked again', () => {
    const order = turned({ by: 'size', natural: true }, 'size')
    expect(order).toEqual({ by: 'size', natural: false })
    expect(turned(order, 'age')).toEqual({ by: 'age', natural: true })
  })

  it('sorts many thousand rows at once', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => find(`${i}`, { seeders: (i * 7919) % 1000 }))
    const began = performance.now()
    expect(sorted(many, { by: 'seeders', natural: true }, ladder)[0]?.seeders).toBe(999)
    expect(performance.now() - began).toBeLessThan(1000)
  })

  it('shows only names with all the words', () => {
    expect(keys(withWords([find('Tin.Comet.1080p'), find('Night.Tram')], ' COMET tin '))).toEqual([
      'Tin.Comet.1080p',
    ])
  })
})

describe('the progress of a search', () => {
  const asked = [waiting({ id: 1, name: 'Lab' }), waiting({ id: 2, name: 'Second' })]

  it('tells what each one found', () => {
    const [lab, second] = progressed(asked, answer({ rows: 12 }))
    expect(lab?.state).toBe('waiting')
    expect(second).toMatchObject({ state: 'found', rows: 12, text: '' })
  })

  it('tells a trouble in its words, without the name twice', () => {
    const [, second] = progressed(asked, answer({ trouble: 'Second: wrong API key' }))
    expect(second).toMatchObject({ state: 'trouble', text: 'wrong API key' })
  })

  it('counts rows although some could not be read', () => {
    expect(progressed(asked, answer({ rows: 3, trouble: 'one row has no link' }))[1]?.state).toBe('found')
  })

  it('knows who was not asked', () => {
    expect(progressed(asked, answer({ skipped: true, trouble: 'asked enough' }))[1]?.state).toBe('skipped')
  })
})

describe('a wish to search', () => {
  it('comes back from the address of the page', () => {
    const wish = {
      ...NO_SEARCH,
      q: 'night tram',
      function: 'tvsearch',
      season: '1',
      categories: [5000],
      indexers: [3],
    }
    expect(asWish(asQuery(wish))).toEqual(wish)
  })

  it('tells only what its kind of search knows', () => {
    const query = asQuery({ ...NO_SEARCH, function: 'movie', season: '1', year: '2021' })
    expect(query.get('season')).toBeNull()
    expect(query.get('year')).toBe('2021')
  })
})

/** What a manual search has found so far: answers come one by one, and better rows take the place of others. */
import type { Answered, Find } from './api/types'
import { withoutName } from './indexing'

/** Rows by their keys, with what one more indexer told. */
export function joinedRows(rows: ReadonlyMap<string, Find>, answer: Answered): Map<string, Find> {
  const next = new Map(rows)
  answer.replaced.forEach((key) => next.delete(key))
  for (const key of answer.also) {
    const row = next.get(key)
    if (row && row.indexer !== answer.indexer && !row.also.includes(answer.indexer))
      next.set(key, { ...row, also: [...row.also, answer.indexer] })
  }
  answer.found.forEach((find) => next.set(find.key, find))
  return next
}

export type Column = 'name' | 'indexer' | 'quality' | 'size' | 'seeders' | 'age'
export interface Order {
  by: Column
  /** The way around that a person expects first: most seeders, newest, largest, best, from A. */
  natural: boolean
}

/** `ladder` are all qualities from worst to best. What is not known stands last either way. */
export function sorted(rows: Iterable<Find>, { by, natural }: Order, ladder: readonly string[]): Find[] {
  const ranks = new Map(ladder.map((name, rank) => [name, rank]))
  const told = [...rows].map((row) => ({ row, value: valueOf(row, by, ranks) }))
  told.sort((one, two) => compared(one.value, two.value, natural) || tie(one.row, two.row))
  return told.map(({ row }) => row)
}

type Value = number | string | null

function valueOf(row: Find, by: Column, ranks: ReadonlyMap<string, number>): Value {
  switch (by) {
    case 'name':
      return row.name.toLowerCase()
    case 'indexer':
      return row.indexer.toLowerCase()
    case 'quality':
      return ranks.get(row.quality) ?? null
    case 'size':
      return row.size || null
    case 'seeders':
      return row.seeders
    case 'age':
      return row.published ? Date.parse(row.published) : null
  }
}

function compared(one: Value, two: Value, natural: boolean): number {
  if (one === two) return 0
  if (one === null) return 1
  if (two === null) return -1
  const isWord = typeof one === 'string'
  return (one < two ? -1 : 1) * (isWord === natural ? 1 : -1)
}

const tie = (one: Find, two: Find): number =>
  (two.seeders ?? -1) - (one.seeders ?? -1) || (one.name < two.name ? -1 : one.name > two.name ? 1 : 0)

/** Only rows whose name has all the words. */
export function withWords(rows: readonly Find[], text: string): readonly Find[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return rows
  return rows.filter((row) => {
    const name = row.name.toLowerCase()
    return words.every((word) => name.includes(word))
  })
}

/** The next order after a click on a column: the same one turns around. */
export const turned = (order: Order, by: Column): Order => ({
  by,
  natural: order.by === by ? !order.natural : true,
})

export interface Progress {
  id: number
  name: string
  state: 'waiting' | 'found' | 'trouble' | 'skipped'
  rows: number
  seconds: number
  text: string
  fromCache: boolean
}

export const waiting = ({ id, name }: { id: number; name: string }): Progress => ({
  id,
  name,
  state: 'waiting',
  rows: 0,
  seconds: 0,
  text: '',
  fromCache: false,
})

/** An indexer's part after its answer; one that was not announced is added. */
export function progressed(all: readonly Progress[], answer: Answered): Progress[] {
  const now: Progress = {
    id: answer.indexer_id,
    name: answer.indexer,
    state: answer.skipped ? 'skipped' : answer.trouble && !answer.rows ? 'trouble' : 'found',
    rows: answer.rows,
    seconds: answer.seconds,
    text: withoutName(answer.trouble, answer.indexer),
    fromCache: answer.from_cache,
  }
  const known = all.some(({ id }) => id === now.id)
  return known ? all.map((one) => (one.id === now.id ? now : one)) : [...all, now]
}

export interface SearchWish {
  q: string
  function: string
  season: string
  episode: string
  year: string
  imdb: string
  tmdb: string
  tvdb: string
  keep: string
  categories: number[]
  indexers: number[]
}

export const NO_SEARCH: SearchWish = {
  q: '',
  function: 'search',
  season: '',
  episode: '',
  year: '',
  imdb: '',
  tmdb: '',
  tvdb: '',
  keep: '',
  categories: [],
  indexers: [],
}

const FIELDS: Record<string, readonly (keyof SearchWish)[]> = {
  search: [],
  movie: ['year', 'imdb', 'tmdb'],
  tvsearch: ['season', 'episode', 'imdb', 'tmdb', 'tvdb'],
  music: ['year'],
  book: ['year'],
}

/** Which fields a kind of search has; others are not asked. */
export const asksFor = (kind: string, field: keyof SearchWish): boolean =>
  FIELDS[kind]?.includes(field) ?? false

/** The wish as the house and the address of the page have it. */
export function asQuery(wish: SearchWish): URLSearchParams {
  const query = new URLSearchParams()
  const set = (name: string, value: string) => value.trim() && query.set(name, value.trim())
  set('q', wish.q)
  set('function', wish.function)
  for (const field of ['season', 'episode', 'year', 'imdb', 'tmdb', 'tvdb'] as const) {
    if (asksFor(wish.function, field)) set(field, String(wish[field] ?? ''))
  }
  set('keep', wish.keep)
  wish.categories.forEach((one) => query.append('category', String(one)))
  wish.indexers.forEach((one) => query.append('indexer', String(one)))
  return query
}

/** The wish that an address tells. */
export function asWish(query: URLSearchParams): SearchWish {
  const told = Object.keys(NO_SEARCH).map((name) => [name, query.get(name)] as const)
  const words = Object.fromEntries(told.filter(([, value]) => value !== null))
  const numbers = (name: string) => query.getAll(name).map(Number).filter(Number.isSafeInteger)
  return { ...NO_SEARCH, ...words, categories: numbers('category'), indexers: numbers('indexer') }
}

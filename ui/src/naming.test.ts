import { expect, test } from 'vitest'
import type { NameRead, NameWord } from './api/types'
import { pieces, readings } from './naming'

function word(text: string, start: number, part: NameWord['part'], value = ''): NameWord {
  return { text, start, end: start + Array.from(text).length, part, value, without: '' }
}

const READ: NameRead = {
  name: '🎬 Tin.2021',
  kind: 'movie',
  is_release: true,
  title: 'Tin',
  year: 2021,
  season: null,
  episodes: [],
  absolute: [],
  air_date: null,
  is_season_pack: false,
  quality: 'Unknown',
  revision: 1,
  languages: [],
  group: null,
  edition: '',
  words: [word('Tin', 2, 'title', 'Tin'), word('2021', 6, 'year', '2021')],
}

test('the pieces are the whole name again, also behind a sign of two halves', () => {
  const found = pieces(READ)
  expect(found.map((piece) => piece.text).join('')).toBe(READ.name)
  expect(found.map((piece) => piece.part)).toEqual(['joint', 'title', 'joint', 'year'])
})

test('what the name does not tell is not shown', () => {
  expect(readings(READ)).toEqual([
    { part: 'title', value: 'Tin' },
    { part: 'year', value: '2021' },
    { part: 'quality', value: 'Unknown' },
  ])
})

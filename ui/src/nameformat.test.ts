import { expect, test } from 'vitest'
import type { NamingToken } from './api/types'
import { difference, example, inserted, offered } from './nameformat'

const token = (token: string, told: string, kinds: NamingToken['kinds'], meaning = ''): NamingToken => ({
  token,
  meaning,
  example: told,
  kinds,
})
const TOKENS = [
  token('{Movie Title}', 'The Tin Comet', ['movie'], 'The title'),
  token('{Release Year}', '2021', ['movie']),
  token('{Series Title}', 'Night Tram', ['series'], 'The title'),
  token('{season:00}', '01', ['series']),
  token('{Quality Full}', 'WEBDL-1080p Proper', ['movie', 'series']),
]

test('tokens become their examples, with their dress', () => {
  expect(example('{Movie Title}{ (Release Year)} {Quality Full}', TOKENS)).toBe(
    'The Tin Comet (2021) WEBDL-1080p Proper',
  )
})

test('the case and the separator of a token are those of its value', () => {
  expect(example('{movie.title}', TOKENS)).toBe('the.tin.comet')
  expect(example('{MOVIE TITLE}', TOKENS)).toBe('THE TIN COMET')
})

test('numbers have as many digits as the token says', () => {
  expect(example('S{season:000} {season}', TOKENS)).toBe('S001 1')
})

test('what is no token stands as it is written', () => {
  expect(example('{Movie Titel} {', TOKENS)).toBe('{Movie Titel} {')
})

test('a token goes in at the caret, in place of what is selected', () => {
  expect(inserted('ab', 1, 1, '{x}')).toEqual({ text: 'a{x}b', caret: 4 })
  expect(inserted('abc', 1, 2, '{x}')).toEqual({ text: 'a{x}c', caret: 4 })
})

test('only tokens of the kind are offered, by their name or meaning', () => {
  expect(offered(TOKENS, 'movie_folder', 'title').map((each) => each.token)).toEqual(['{Movie Title}'])
  expect(offered(TOKENS, 'daily', '')).toHaveLength(3)
})

test('only what differs of two paths stands out', () => {
  expect(difference('a/Tin Comet.mkv', 'a/Tin Comet (2021).mkv')).toEqual({
    start: 'a/Tin Comet',
    old: '',
    now: ' (2021)',
    end: '.mkv',
  })
  expect(difference('aa', 'aaa')).toEqual({ start: 'aa', old: '', now: 'a', end: '' })
})

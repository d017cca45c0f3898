import { expect, test } from 'vitest'
import { bytes, episodeCode, hasAired, lasting, position, runtime, since } from './format'

const NOON = Date.parse('2026-05-12T12:00:00Z')

test('sizes are told in the unit that fits', () => {
  expect(bytes(0)).toBe('0 byte')
  expect(bytes(999_600)).toBe('1 MB')
  expect(bytes(3_400_000_000)).toBe('3.4 GB')
  expect(bytes(61_400_000_000)).toBe('61 GB')
})

test('a place in a film reads as on a player', () => {
  expect(position(0)).toBe('0:00')
  expect(position(754.9)).toBe('12:34')
  expect(position(3723)).toBe('1:02:03')
})

test('lengths of time are rough and short', () => {
  expect(lasting(42)).toBe('42 s')
  expect(lasting(840)).toBe('14 min')
  expect(lasting(5 * 3600 + 59)).toBe('5 h 1 min')
  expect(runtime(96)).toBe('1 h 36 min')
})

test('moments are told from now', () => {
  expect(since('2026-05-12T11:59:50Z', NOON)).toBe('just now')
  expect(since('2026-05-12T11:40:00Z', NOON)).toBe('20 minutes ago')
})

test('an episode without a date has not aired', () => {
  expect(hasAired(null, NOON)).toBe(false)
  expect(hasAired('2026-05-13', NOON - 86_400_000)).toBe(false)
  expect(hasAired('2026-05-11', NOON)).toBe(true)
})

test('episodes have their usual code', () => {
  expect(episodeCode(1, 2)).toBe('S01E02')
})

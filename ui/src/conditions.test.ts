import { expect, test } from 'vitest'
import type { Tried } from './api/types'
import {
  asKind,
  bySuccess,
  fromGigabytes,
  inWords,
  meantFormat,
  newCondition,
  toGigabytes,
} from './conditions'

test('a condition reads in words', () => {
  expect(inWords({ ...newCondition('source'), negate: true })).toBe('not source webdl')
  expect(inWords({ ...newCondition('size'), least: 1e9, most: 3.5e9 })).toBe('size 1 to 3.5 GB')
  expect(inWords({ ...newCondition('year'), most: 1999 })).toBe('year up to 1999')
  expect(inWords({ ...newCondition('language'), value: 'German', except_language: true })).toBe(
    'language any but German',
  )
})

test('sizes are told in gigabytes and kept in bytes', () => {
  expect(fromGigabytes(1.5)).toBe(1_500_000_000)
  expect(toGigabytes(1_500_000_000)).toBe(1.5)
  expect(toGigabytes(fromGigabytes(null))).toBeNull()
})

test('another kind forgets a value that would mean nothing there', () => {
  const title = { ...newCondition('title'), value: 'x26[45]', required: true }
  expect(asKind(title, 'group')).toMatchObject({ kind: 'group', value: 'x26[45]', required: true })
  expect(asKind(title, 'resolution')).toMatchObject({ kind: 'resolution', value: '2160', required: true })
})

test('a condition without a name is called by what it says', () => {
  const format = {
    name: ' x265 ',
    conditions: [{ ...newCondition(), value: 'x265' }],
    include_when_renaming: false,
  }
  const meant = meantFormat({ ...format, proposed: {} })
  expect(meant.name).toBe('x265')
  expect(meant.conditions[0]!.name).toBe('title x265')
})

test('formats that match stand first, then those of which something held', () => {
  const condition = { name: '', kind: 'title', negate: false, required: false } as const
  const formats: Tried['formats'] = [
    { name: 'none', matches: false, conditions: [{ ...condition, held: false }] },
    { name: 'half', matches: false, conditions: [{ ...condition, held: true }] },
    { name: 'all', matches: true, conditions: [{ ...condition, held: true }] },
  ]
  const tried: Tried = { quality: 'SDTV', languages: [], group: null, formats, profiles: [] }
  expect(bySuccess(tried).map(({ name }) => name)).toEqual(['all', 'half', 'none'])
})

import { expect, test } from 'vitest'
import type { QualityGroup } from './api/types'
import {
  alone,
  cutoffs,
  groupName,
  heldCutoff,
  joined,
  listed,
  meantSizes,
  moved,
  parted,
  reach,
  sizeInWords,
  withQuality,
} from './taste'

const LADDER = ['SDTV', 'WEBRip-720p', 'WEBDL-720p', 'Bluray-720p', 'WEBDL-1080p']
const WEB: QualityGroup = { name: 'WEB 720p', qualities: ['WEBRip-720p', 'WEBDL-720p'] }

test('a hundred megabytes a minute are twelve gigabytes of a film', () => {
  expect(sizeInWords({ least: 0, preferred: 35, most: 100 })).toBe('up to 12 GB, best 4.2 GB')
  expect(sizeInWords({ least: 20, preferred: null, most: null })).toBe('from 2.4 GB')
  expect(sizeInWords({ least: 0 })).toBe('any size')
})

test('a drawing reaches to the largest size that is told', () => {
  expect(reach({ 'WEBDL-1080p': { least: 0, most: 400 } })).toBe(48)
  expect(reach({})).toBe(10)
})

test('sizes that say nothing are not kept', () => {
  expect(meantSizes({ SDTV: { least: 0, preferred: null, most: null }, DVD: { least: 2 } })).toEqual({
    DVD: { least: 2 },
  })
})

test('nothing moves past the ends', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
})

test('two qualities become a group with a name of its own, and part again', () => {
  const apart = ['WEBRip-720p', 'WEBDL-720p'].map(alone)
  expect(joined(apart, 0)).toEqual([WEB])
  expect(parted([WEB], 0)).toEqual(apart)
})

test('a group that takes in another quality keeps the name its owner gave it', () => {
  const blu = alone('Bluray-720p')
  expect(joined([{ ...WEB, name: 'Fine' }, blu], 0)[0]!.name).toBe('Fine')
  expect(joined([WEB, blu], 0)).toEqual([
    { name: '720p', qualities: ['WEBRip-720p', 'WEBDL-720p', 'Bluray-720p'] },
  ])
  expect(joined([WEB], 0)).toEqual([WEB])
})

test('a group is named after what its qualities share', () => {
  expect(groupName(['Bluray-720p', 'HDTV-720p'])).toBe('720p')
  expect(groupName(['SDTV', 'DVD'])).toBe('SDTV to DVD')
})

test('a quality comes in where the ladder has it', () => {
  const names = withQuality([alone('SDTV'), WEB, alone('WEBDL-1080p')], 'Bluray-720p', LADDER)
  expect(names.map(({ name }) => name)).toEqual(['SDTV', 'WEB 720p', 'Bluray-720p', 'WEBDL-1080p'])
  expect(withQuality([WEB], 'SDTV', LADDER)[0]).toEqual(alone('SDTV'))
})

test('a cutoff that was taken out becomes the best there is', () => {
  const groups = [alone('SDTV'), WEB]
  expect(heldCutoff({ groups, cutoff: 'WEBDL-720p' })).toBe('WEB 720p')
  expect(heldCutoff({ groups, cutoff: 'Remux-2160p' })).toBe('WEB 720p')
  expect(heldCutoff({ groups: [], cutoff: 'SDTV' })).toBe('')
  expect(cutoffs(groups)).toEqual(['WEB 720p', 'SDTV'])
})

test('a comma may belong to a word that has a line of its own', () => {
  expect(listed('/x{1,2}/i\n\n internal ', true)).toEqual(['/x{1,2}/i', 'internal'])
  expect(listed('Original, English,', false)).toEqual(['Original', 'English'])
})

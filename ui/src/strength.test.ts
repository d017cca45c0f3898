import { expect, test } from 'vitest'
import { strengthOf } from './strength'

test('short is never strong, and words in a row are', () => {
  expect(strengthOf('Ab1!', 'ada').score).toBe(0)
  expect(strengthOf('aaaaaaaaaaaa', 'ada').score).toBe(1)
  expect(strengthOf('adalovelace1', 'adalovelace').score).toBe(1)
  expect(strengthOf('correct horse battery staple', 'ada').score).toBe(4)
})

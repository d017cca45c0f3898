import { describe, expect, it } from 'vitest'
import type { IndexerStatistics } from './api/types'
import { charts, secondsInWords } from './diary'

const told = (indexer: string, counted: Partial<IndexerStatistics> = {}): IndexerStatistics => ({
  indexer_id: 1,
  indexer,
  queries: 0,
  rss: 0,
  grabs: 0,
  failed_queries: 0,
  failed_rss: 0,
  failed_grabs: 0,
  seconds: 0,
  results: 0,
  unique: 0,
  ...counted,
})

describe('the charts of the indexers', () => {
  it('draw failures as a part of all questions, the busiest first', () => {
    const [asked] = charts([told('A', { queries: 1 }), told('B', { queries: 10, failed_queries: 4, rss: 2 })])
    expect(asked?.most).toBe(12)
    expect(asked?.bars.map(({ name }) => name)).toEqual(['B', 'A'])
    expect(asked?.bars[0]?.parts).toEqual([
      { kind: 'well', size: 6 },
      { kind: 'feed', size: 2 },
      { kind: 'failed', size: 4 },
    ])
  })

  it('leave out who was not asked at all', () => {
    expect(charts([told('A')]).every(({ bars }) => bars.length === 0)).toBe(true)
  })
})

describe('seconds', () => {
  it('are as exact as it matters', () => {
    expect([0.237, 3.14, 41.7].map(secondsInWords)).toEqual(['0.24 s', '3.1 s', '42 s'])
  })
})

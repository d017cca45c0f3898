/** How the indexers did, ready to be drawn: one chart for each thing that is counted. */
import type { IndexerStatistics } from './api/types'

export interface ChartBar {
  name: string
  /** Parts one after the other, in the chart's unit. */
  parts: { kind: 'well' | 'feed' | 'failed'; size: number }[]
  total: number
}

export interface Chart {
  key: 'asked' | 'grabs' | 'seconds' | 'unique'
  bars: ChartBar[]
  /** The longest bar. */
  most: number
}

/** Indexers that were asked at all, the busiest first in each chart. */
export function charts(told: readonly IndexerStatistics[]): Chart[] {
  const busy = told.filter((one) => one.queries || one.rss || one.grabs || one.results)
  return [
    chart('asked', busy, (one) => [
      { kind: 'well', size: one.queries - one.failed_queries },
      { kind: 'feed', size: one.rss - one.failed_rss },
      { kind: 'failed', size: one.failed_queries + one.failed_rss },
    ]),
    chart('grabs', busy, (one) => [
      { kind: 'well', size: one.grabs - one.failed_grabs },
      { kind: 'failed', size: one.failed_grabs },
    ]),
    chart('seconds', busy, (one) => [{ kind: 'well', size: one.seconds }]),
    chart('unique', busy, (one) => [{ kind: 'well', size: one.unique }]),
  ]
}

function chart(
  key: Chart['key'],
  told: readonly IndexerStatistics[],
  partsOf: (one: IndexerStatistics) => ChartBar['parts'],
): Chart {
  const bars = told.map((one) => {
    const parts = partsOf(one).map((part) => ({ ...part, size: Math.max(0, part.size) }))
    return { name: one.indexer, parts, total: parts.reduce((sum, part) => sum + part.size, 0) }
  })
  bars.sort((one, two) => two.total - one.total || one.name.localeCompare(two.name))
  return { key, bars, most: Math.max(0, ...bars.map((bar) => bar.total)) }
}

/** `0.24 s`, `3.1 s`, `42 s`. */
export function secondsInWords(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(2) : seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
}

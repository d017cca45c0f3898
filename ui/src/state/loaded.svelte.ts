/** Something fetched for a page: the last known answer at once, the fresh one as soon as it is there. */
import { onDestroy } from 'svelte'
import { Problem } from '../api/client'
import type { LiveEvents } from '../api/types'
import { live } from './live.svelte'

const REMEMBERED = 40
const SETTLE = 400
const known = new Map<string, unknown>()

export class Loaded<T> {
  value = $state.raw<T | null>(null)
  problem = $state.raw<Problem | null>(null)
  #turn = 0
  #later: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly key: string,
    private readonly fetcher: () => Promise<T>,
  ) {
    this.value = (known.get(key) as T | undefined) ?? null
    void this.refresh()
    onDestroy(live.onReturn(() => void this.refresh()))
    onDestroy(() => {
      this.#turn = -1
      clearTimeout(this.#later)
    })
  }

  /** Ask again when one of these happens; a burst of events is one question. */
  after(...names: (keyof LiveEvents)[]): this {
    for (const name of names) onDestroy(live.on(name, () => this.refreshSoon()))
    return this
  }

  refreshSoon(): void {
    clearTimeout(this.#later)
    this.#later = setTimeout(() => void this.refresh(), SETTLE)
  }

  set(value: T): void {
    this.value = value
    remember(this.key, value)
  }

  async refresh(): Promise<void> {
    const turn = ++this.#turn
    try {
      const value = await this.fetcher()
      if (turn !== this.#turn) return
      this.problem = null
      this.set(value)
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error)
    }
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem(0, error instanceof Error ? error.message : String(error))
}

/** Nothing of one person may be shown to the next. */
export function forgetAll(): void {
  known.clear()
}

function remember(key: string, value: unknown): void {
  known.delete(key)
  known.set(key, value)
  if (known.size > REMEMBERED) known.delete(known.keys().next().value!)
}

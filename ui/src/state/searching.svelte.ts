/** A manual search while it goes on: who has answered, what is there already, and what was taken. */
import { onDestroy } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { api, Problem, searchIndexers, type SearchEvent } from '../api/client'
import type { Find } from '../api/types'
import { joinedRows, progressed, waiting, type Progress } from '../finds'
import { asProblem } from './loaded.svelte'
import { toasts } from './toasts.svelte'

export class Searching {
  state = $state<'idle' | 'running' | 'done'>('idle')
  rows = $state.raw<ReadonlyMap<string, Find>>(new Map())
  indexers = $state.raw<Progress[]>([])
  problem = $state.raw<Problem | null>(null)
  /** What all is in vain for, in words. */
  trouble = $state('')
  readonly grabs = new SvelteMap<string, 'busy' | 'taken'>()
  #stop: AbortController | null = null
  #isWhole = false

  constructor() {
    onDestroy(() => this.stop())
  }

  /** A search before this one is given up. */
  async start(query: URLSearchParams): Promise<void> {
    this.stop()
    const stop = (this.#stop = new AbortController())
    this.state = 'running'
    this.#isWhole = false
    this.rows = new Map()
    ;[this.indexers, this.problem, this.trouble] = [[], null, '']
    try {
      for await (const event of searchIndexers(query, stop.signal)) {
        if (stop.signal.aborted) return
        this.#hear(event)
      }
      if (!this.#isWhole && !stop.signal.aborted)
        this.problem = new Problem(0, 'The search broke off: not all indexers could be heard.')
    } catch (error) {
      if (!stop.signal.aborted) this.problem = asProblem(error)
    }
    if (!stop.signal.aborted) this.#end()
  }

  /** Nobody else is asked; what was found stays. */
  stop(): void {
    this.#stop?.abort()
    if (this.state === 'running') this.#end()
  }

  async grab(find: Find): Promise<void> {
    this.grabs.set(find.key, 'busy')
    try {
      await api.grab(find.key)
      this.grabs.set(find.key, 'taken')
      toasts.note('It is with the download client.', { href: '/activity', text: 'Activity' })
    } catch (error) {
      this.grabs.delete(find.key)
      toasts.problem(error)
    }
  }

  #hear(event: SearchEvent): void {
    if (event.name === 'asked') this.indexers = event.told.indexers.map(waiting)
    if (event.name === 'end') this.#isWhole = true
    if (event.name === 'trouble') this.trouble = event.told.text
    if (event.name === 'answered') {
      this.rows = joinedRows(this.rows, event.told)
      this.indexers = progressed(this.indexers, event.told)
    }
  }

  #end(): void {
    this.state = 'done'
    this.indexers = this.indexers.map((one) =>
      one.state === 'waiting' ? { ...one, state: 'skipped', text: 'not waited for' } : one,
    )
  }
}

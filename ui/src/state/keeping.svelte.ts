/** A change on its way to the house: while it is under way, and what the house said no to. */
import type { Problem } from '../api/client'
import { asProblem } from './loaded.svelte'

export class Keeping {
  busy = $state(false)
  problem = $state.raw<Problem | null>(null)

  /** Whether it was kept. */
  async run(change: () => Promise<unknown>): Promise<boolean> {
    this.busy = true
    this.problem = null
    try {
      await change()
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = false
    }
  }

  /** What was said of this field. */
  of(field: string): string {
    return this.problem?.of(field) ?? ''
  }

  /** The problem, unless one of these fields says it. */
  beside(...fields: string[]): Problem | null {
    return fields.some((field) => this.of(field)) ? null : this.problem
  }
}

/** Short notes at the edge of the page. */
import { asProblem } from './loaded.svelte'

export interface Toast {
  id: number
  kind: 'note' | 'problem'
  text: string
  link?: { href: string; text: string }
}

const STAY = 7000
let next = 1

class Toasts {
  list = $state<Toast[]>([])

  note(text: string, link?: Toast['link']): void {
    this.#add({ id: next++, kind: 'note', text, link })
  }

  problem(error: unknown): void {
    const problem = asProblem(error)
    if (problem.status !== 401) this.#add({ id: next++, kind: 'problem', text: problem.message })
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }

  #add(toast: Toast): void {
    this.list = [...this.list.slice(-2), toast]
    setTimeout(() => this.drop(toast.id), STAY)
  }
}

export const toasts = new Toasts()

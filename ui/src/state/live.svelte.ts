/** One stream of events for the whole page: what the house does is shown the moment it happens. */
import { api } from '../api/client'
import type { Download, LiveEvents } from '../api/types'

type Name = keyof LiveEvents
type Listener<N extends Name> = (event: LiveEvents[N]) => void

const NAMES: Name[] = ['hello', 'journey', 'request', 'download', 'library', 'links']
const REMEMBERED_SPEEDS = 60
const LONGEST_PAUSE = 30_000

class Live {
  /** `down` is shown to the user; `opening` is not, so that a first load does not flicker. */
  state = $state<'closed' | 'opening' | 'up' | 'down'>('closed')
  downloads = $state.raw<Download[]>([])
  /** Whether `downloads` has been heard of at all. */
  known = $state(false)
  /** The last speeds of each download, for the small curve; bytes a second. */
  speeds = $state.raw<Record<string, number[]>>({})

  /** Asked before the stream is opened again; the session fills this in. */
  stillWelcome: () => Promise<boolean> = () => Promise.resolve(true)

  #source: EventSource | null = null
  #listeners = new Map<Name, Set<Listener<never>>>()
  #pause = 1000
  #retry: ReturnType<typeof setTimeout> | undefined
  #hasBeenUp = false

  open(): void {
    if (this.#source) return
    if (this.state === 'closed') this.state = 'opening'
    const source = (this.#source = new EventSource('/api/events'))
    for (const name of NAMES) {
      source.addEventListener(name, (event) =>
        this.#tell(name, JSON.parse((event as MessageEvent<string>).data)),
      )
    }
    source.onerror = () => this.#broken(source)
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#source?.close()
    this.#source = null
    this.#hasBeenUp = false
    this.state = 'closed'
    this.known = false
    this.downloads = []
    this.speeds = {}
  }

  /** Listen; call what comes back to stop. */
  on<N extends Name>(name: N, listener: Listener<N>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener as Listener<never>))
    return () => listeners.delete(listener as Listener<never>)
  }

  /** Call `then` when the stream came back: what happened meanwhile has to be asked for. */
  #reopened = new Set<() => void>()
  onReturn(then: () => void): () => void {
    this.#reopened.add(then)
    return () => this.#reopened.delete(then)
  }

  #tell<N extends Name>(name: N, event: LiveEvents[N]): void {
    if (name === 'hello') this.#opened()
    if (name === 'download') this.#moved((event as LiveEvents['download']).downloads)
    this.#listeners.get(name)?.forEach((listener) => (listener as Listener<N>)(event))
  }

  #opened(): void {
    this.state = 'up'
    this.#pause = 1000
    if (this.#hasBeenUp) this.#reopened.forEach((then) => then())
    this.#hasBeenUp = true
    api
      .activity()
      .then(({ downloads }) => this.#moved(downloads))
      .catch(() => {})
  }

  #moved(downloads: Download[]): void {
    this.known = true
    this.downloads = downloads
    this.speeds = Object.fromEntries(
      downloads.map(({ id, speed }) => [id, [...(this.speeds[id] ?? []), speed].slice(-REMEMBERED_SPEEDS)]),
    )
  }

  /** Browsers reconnect by themselves unless the answer was an error; then we do, with patience. */
  #broken(source: EventSource): void {
    if (source !== this.#source) return
    this.state = 'down'
    if (source.readyState !== EventSource.CLOSED) return
    this.#source = null
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#again(), this.#pause)
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }

  /** A closed stream may mean that we were signed out. */
  async #again(): Promise<void> {
    const welcome = await this.stillWelcome().catch(() => true)
    if (welcome && this.state === 'down') this.open()
  }
}

export const live = new Live()

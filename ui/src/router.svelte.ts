/** Which page a path shows. Links are real `<a href>`; this only keeps the browser from reloading. */
import type { Component } from 'svelte'
import { tick } from 'svelte'

// Pages take their parts of the path as properties.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Page = Component<any>
type Load = () => Promise<{ default: Page }>

interface Route {
  name: string
  pattern: RegExp
  load: Load
  /** Pages outside of the house: no header, no login needed. */
  outside?: boolean
}

const ROUTES: Route[] = [
  { name: 'discover', pattern: /^\/$/, load: () => import('./pages/Discover.svelte') },
  { name: 'search', pattern: /^\/search$/, load: () => import('./pages/Search.svelte') },
  { name: 'title', pattern: /^\/title\/(?<ref>[^/]+)$/, load: () => import('./pages/Title.svelte') },
  { name: 'requests', pattern: /^\/requests$/, load: () => import('./pages/Requests.svelte') },
  { name: 'request', pattern: /^\/requests\/(?<id>\d+)$/, load: () => import('./pages/Request.svelte') },
  {
    name: 'choose',
    pattern: /^\/requests\/(?<id>\d+)\/choose\/(?<journey>\d+)$/,
    load: () => import('./pages/Choose.svelte'),
  },
  { name: 'reading', pattern: /^\/reading$/, load: () => import('./pages/Reading.svelte') },
  { name: 'activity', pattern: /^\/activity$/, load: () => import('./pages/Activity.svelte') },
  { name: 'library', pattern: /^\/library$/, load: () => import('./pages/Library.svelte') },
  { name: 'watch', pattern: /^\/watch\/(?<id>\d+)$/, load: () => import('./pages/Watch.svelte') },
  { name: 'map', pattern: /^\/map$/, load: () => import('./pages/Map.svelte') },
  { name: 'settings', pattern: /^\/settings$/, load: () => import('./pages/Settings.svelte') },
  { name: 'quality', pattern: /^\/settings\/quality$/, load: () => import('./pages/Quality.svelte') },
  { name: 'formats', pattern: /^\/settings\/formats$/, load: () => import('./pages/Formats.svelte') },
  { name: 'naming', pattern: /^\/settings\/naming$/, load: () => import('./pages/Naming.svelte') },
  { name: 'indexers', pattern: /^\/indexers$/, load: () => import('./pages/Indexers.svelte') },
  { name: 'indexers', pattern: /^\/indexers\/add$/, load: () => import('./pages/IndexerAdd.svelte') },
  { name: 'indexers', pattern: /^\/indexers\/search$/, load: () => import('./pages/IndexerSearch.svelte') },
  { name: 'indexers', pattern: /^\/indexers\/history$/, load: () => import('./pages/IndexerHistory.svelte') },
  { name: 'login', pattern: /^\/login$/, load: () => import('./pages/Login.svelte'), outside: true },
  { name: 'setup', pattern: /^\/setup$/, load: () => import('./pages/Setup.svelte'), outside: true },
]

const NOWHERE: Route = { name: 'nowhere', pattern: /^/, load: () => import('./pages/Nowhere.svelte') }

export interface Place {
  name: string
  path: string
  params: Record<string, string>
  query: URLSearchParams
  outside: boolean
}

/** Where `location` is, as a place; exported for the tests. */
export function placeOf(url: Pick<URL, 'pathname' | 'search'>): Place & { load: Load } {
  const path = url.pathname.replace(/(.)\/+$/, '$1')
  const route = ROUTES.find((each) => each.pattern.test(path)) ?? NOWHERE
  const found = route.pattern.exec(path)?.groups ?? {}
  const params = Object.fromEntries(Object.entries(found).map(([key, part]) => [key, decode(part)]))
  return {
    name: route.name,
    path,
    params,
    query: new URLSearchParams(url.search),
    outside: route.outside ?? false,
    load: route.load,
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

class Router {
  place = $state.raw<Place>({ name: '', path: '', params: {}, query: new URLSearchParams(), outside: false })
  page = $state.raw<Page | null>(null)
  failed = $state(false)
  #turn = 0

  /** Show what `location` says. Older loads that finish late are ignored. */
  async show(scrollTo: number): Promise<void> {
    const turn = ++this.#turn
    const { load, ...place } = placeOf(location)
    let page: Page
    try {
      page = (await load()).default
    } catch {
      // A page of an older build is gone after an update: a real navigation fetches the new one.
      if (turn === this.#turn) this.failed = true
      return
    }
    if (turn !== this.#turn) return
    const another = place.name !== this.place.name || place.path !== this.place.path
    this.failed = false
    this.place = place
    this.page = page
    await tick()
    if (another) this.#arrive(scrollTo)
  }

  #arrive(scrollTo: number): void {
    scroll({ top: scrollTo, behavior: 'instant' })
    const typing = document.activeElement instanceof HTMLInputElement
    if (!typing) document.getElementById('main')?.focus({ preventScroll: true })
  }
}

export const router = new Router()

export function go(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return
  history.replaceState({ scroll: scrollY }, '')
  history[replace ? 'replaceState' : 'pushState']({ scroll: 0 }, '', to)
  void router.show(0)
}

/** Start listening to clicks and to the back button. */
export function startRouter(): void {
  history.scrollRestoration = 'manual'
  addEventListener(
    'popstate',
    (event) => void router.show((event.state as { scroll?: number } | null)?.scroll ?? 0),
  )
  addEventListener('pagehide', () => history.replaceState({ scroll: scrollY }, ''))
  document.addEventListener('click', (event) => {
    const url = event.defaultPrevented || isSpecial(event) ? null : ownLink(event.target)
    if (!url) return
    event.preventDefault()
    go(url.pathname + url.search)
  })
  // The page behind a link is fetched when the pointer or the focus reaches it.
  for (const kind of ['pointerover', 'focusin'] as const) {
    document.addEventListener(kind, (event) => {
      const url = ownLink(event.target)
      if (url)
        placeOf(url)
          .load()
          .catch(() => {})
    })
  }
  void router.show((history.state as { scroll?: number } | null)?.scroll ?? 0)
}

function isSpecial(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
}

function ownLink(target: EventTarget | null): URL | null {
  const link = target instanceof Element ? target.closest('a[href]') : null
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return null
  const url = new URL(link.href)
  const stays = url.origin === location.origin && !url.pathname.startsWith('/api/') && !url.hash
  return stays ? url : null
}

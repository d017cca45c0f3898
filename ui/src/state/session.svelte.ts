/** Who is looking. */
import { api, whenSignedOut } from '../api/client'
import type { Session } from '../api/types'
import { go, router } from '../router.svelte'
import { forgetAll } from './loaded.svelte'
import { live } from './live.svelte'

class Sessions {
  now = $state.raw<Session | null>(null)

  get user() {
    return this.now?.user ?? null
  }

  get isOwner() {
    return this.user?.role === 'owner'
  }

  /** Whether this person may choose releases by hand. */
  get chooses() {
    return this.user?.role === 'owner' || this.user?.role === 'manager'
  }

  /** Ask the house, then open the right door: setup, sign-in, or in. */
  async start(): Promise<void> {
    this.enter(await api.session())
  }

  enter(session: Session): void {
    this.now = session
    if (session.user) live.open()
    this.guide()
  }

  /** Send people to where they can go on. */
  guide(): void {
    if (!this.now) return
    const { pathname, search } = location
    const outside = pathname === '/login' || pathname === '/setup'
    if (this.now.needs_setup) {
      if (pathname !== '/setup') go('/setup', { replace: true })
    } else if (!this.user) {
      if (pathname !== '/login') go(signInFor(pathname + search), { replace: true })
    } else if (outside) {
      go(safeNext(new URLSearchParams(search).get('next')), { replace: true })
    }
  }

  async leave(): Promise<void> {
    await api.logout()
    this.lost()
  }

  /** The house no longer knows us. */
  lost(): void {
    if (!this.now) return
    live.close()
    forgetAll()
    this.now = { ...this.now, user: null, csrf: null }
    if (!router.place.outside) this.guide()
  }
}

function signInFor(path: string): string {
  return path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`
}

/** Only paths of our own: `//elsewhere` would leave the house. */
function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !/^\/(login|setup)\b/.test(next) ? next : '/'
}

export const session = new Sessions()
whenSignedOut(() => session.lost())
live.stillWelcome = async () => {
  const { user } = await api.session()
  if (!user) session.lost()
  return user !== null
}

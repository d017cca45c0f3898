/** What is said of an indexer: how it is, in words, and what a form tells the house of it. */
import type { Indexer, IndexerForm, IndexerTold, Setting, TestStep } from './api/types'

export type Mark = 'good' | 'warn' | 'bad' | 'off'

/** Troubles begin with the name that stands beside them already. */
export const withoutName = (text: string, name: string): string =>
  text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text

/** How it is; what the time it ends means is said beside it. */
export function healthInWords({ state, reason }: Indexer['health']): {
  mark: Mark
  text: string
  why: string
} {
  switch (state) {
    case 'well':
      return { mark: 'good', text: 'Well', why: '' }
    case 'blocked':
      return { mark: 'bad', text: 'Left alone for now', why: reason }
    case 'limited':
      return { mark: 'warn', text: 'Asked enough for now', why: reason }
    default:
      return { mark: 'off', text: 'Off', why: '' }
  }
}

/** When the first of them is asked again, in milliseconds since 1970; null when none waits. */
export function firstReturn(indexers: readonly Indexer[], now: number): number | null {
  const times = indexers.map(({ health }) => (health.until ? Date.parse(health.until) : 0))
  const coming = times.filter((time) => time > now)
  return coming.length ? Math.min(...coming) : null
}

const PRIVACY: Record<string, string> = {
  public: 'public',
  private: 'private',
  semiPrivate: 'semi-private',
  'semi-private': 'semi-private',
}
export const privacyName = (privacy: string): string => PRIVACY[privacy] ?? privacy

const STEPS: Record<string, string> = {
  settings: 'What is filled in',
  address: 'Its address',
  login: 'Signing in',
  caps: 'What it offers',
  search: 'A search',
  rows: 'Reading the rows',
  'download link': 'A download',
}
export const stepName = (step: string): string => STEPS[step] ?? step

/** `failed at signing in: wrong password`, to be said in one line. */
export function testInWords(steps: readonly TestStep[]): string {
  const failed = steps.find((step) => !step.ok)
  return failed ? `Failed at “${stepName(failed.name)}”: ${failed.text}` : 'All steps went well'
}

/** What the house may be told of an indexer that it has, to change a thing or two. */
export function asTold(indexer: Indexer): IndexerTold {
  const { id, origin, secrets, privacy, protocol, language, site, health, ...told } = indexer
  void [id, origin, secrets, privacy, protocol, language, site, health]
  return structuredClone(told)
}

/** A new indexer as its form begins. */
export function begin(kind: string, definition: string, form: IndexerForm): IndexerTold {
  const settings = Object.fromEntries(
    form.settings.filter((one) => one.type !== 'info').map((one) => [one.name, one.default]),
  )
  return {
    name: form.name,
    kind,
    definition,
    enabled: true,
    priority: 25,
    settings,
    tags: [],
    query_limit: null,
    grab_limit: null,
    limit_unit: 'day',
    for_rss: true,
    for_automatic: true,
    for_interactive: true,
    redirect: false,
    minimum_seeders: null,
    seed_ratio: null,
    seed_time: null,
    pack_seed_time: null,
    deadline: null,
  }
}

/** The settings to be sent: a secret that is kept and was not touched is left out, so that it stays. */
export function meantSettings(
  settings: Readonly<Record<string, string>>,
  kept: readonly string[],
  forgotten: readonly string[],
): Record<string, string> {
  const stays = (name: string, value: string) => !value && kept.includes(name) && !forgotten.includes(name)
  const meant = Object.entries(settings).filter(([name, value]) => !stays(name, value))
  return Object.fromEntries([
    ...meant,
    ...forgotten.filter((name) => !settings[name]).map((name) => [name, '']),
  ])
}

/** Number fields that were emptied say null, not nothing. */
export function withoutGaps(told: IndexerTold): IndexerTold {
  const filled = Object.entries(told).map(([name, value]) => [name, value === undefined ? null : value])
  return { ...(Object.fromEntries(filled) as IndexerTold), priority: told.priority ?? 25 }
}

/** The page of a link that is safe to follow; what is no web address is none. */
export function webAddress(url: string | null | undefined): string | null {
  return url && /^https?:\/\//i.test(url) ? url : null
}

export interface Piece {
  text: string
  href: string | null
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
}

/** A definition's own words may be HTML: only the words, the line breaks and the links to web pages are kept. */
export function plainPieces(html: string): Piece[] {
  const pieces: Piece[] = []
  let href: string | null = null
  for (const [part] of html.matchAll(/<[^>]*>|[^<]+|</g)) {
    if (/^<a\s/i.test(part)) href = webAddress(/href\s*=\s*["']?([^"'\s>]+)/i.exec(part)?.[1])
    else if (/^<\/a/i.test(part)) href = null
    else if (/^<(br|li|p|div)\b/i.test(part)) pieces.push({ text: '\n', href: null })
    else if (!/^<./.test(part)) pieces.push({ text: unescaped(part), href })
  }
  return pieces
}

const unescaped = (text: string): string =>
  text.replace(/&([a-z]+|#39);/gi, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole)

/** The setting's choices are written by hand as well: an address may be another mirror. */
export const isOpenChoice = (setting: Setting): boolean => setting.type === 'select' && setting.name === 'url'

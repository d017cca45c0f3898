/** One door to the house: JSON in, JSON out, and every refusal becomes a `Problem` in words. */
import { readEvents } from './eventstream'
import type {
  Activity,
  ApiKey,
  App,
  AppTold,
  Catalogue,
  Category,
  Choices,
  Credentials,
  Delay,
  Discover,
  Exported,
  Format,
  FormatTold,
  Found,
  History,
  HouseMap,
  ImportWish,
  Imported,
  Indexer,
  IndexerForm,
  IndexerStatistics,
  IndexerTested,
  IndexerTold,
  IndexerTrial,
  Kind,
  Library,
  NameRead,
  Naming,
  NamingScheme,
  NewApiKey,
  Preferences,
  Product,
  Profile,
  ProfileTold,
  Proxy,
  ProxyTold,
  QualitySize,
  Rename,
  Request,
  Restriction,
  SearchEvents,
  Session,
  Setup,
  Sizes,
  Synced,
  System,
  Title,
  Tried,
  Watch,
  Wish,
} from './types'

export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly field: string | null = null,
  ) {
    super(detail)
  }

  /** What it says of a field, or of something inside it: `conditions.2.value` is of `conditions.2`. */
  of(field: string): string {
    return this.field === field || this.field?.startsWith(`${field}.`) ? this.message : ''
  }
}

let csrf: string | null = null
let signedOut: () => void = () => {}

/** Called when the house says 401 to anything but the sign-in itself. */
export function whenSignedOut(then: () => void): void {
  signedOut = then
}

interface Options {
  body?: unknown
  signal?: AbortSignal
  keepalive?: boolean
}

const asPart = encodeURIComponent

export const api = {
  session: () => remember(ask<Session>('GET', '/session')),
  setup: (body: Setup) => remember(ask<Session>('POST', '/setup', { body })),
  login: (body: Credentials) => remember(ask<Session>('POST', '/login', { body })),
  logout: () => ask<void>('POST', '/logout'),

  discover: () => ask<Discover>('GET', '/discover'),
  search: (text: string, signal?: AbortSignal) => ask<Found>('GET', `/search?q=${asPart(text)}`, { signal }),
  title: (ref: string) => ask<Title>('GET', `/titles/${asPart(ref)}`),

  wish: (body: Wish) => ask<Request>('POST', '/requests', { body }),
  requests: () => ask<Request[]>('GET', '/requests'),
  request: (id: number) => ask<Request>('GET', `/requests/${id}`),
  searchNow: (id: number) => ask<Request>('POST', `/requests/${id}/search-now`),
  cancel: (id: number) => ask<void>('DELETE', `/requests/${id}`),

  releases: (journeyId: number) => ask<Choices>('GET', `/journeys/${journeyId}/releases`),
  searchReleases: (journeyId: number) => ask<Choices>('POST', `/journeys/${journeyId}/releases`),
  pick: (journeyId: number, releaseId: number, why: string) =>
    ask<void>('POST', `/journeys/${journeyId}/pick`, { body: { release_id: releaseId, why } }),
  parse: (name: string, kind: Kind | null) => ask<NameRead>('POST', '/parse', { body: { name, kind } }),

  profiles: () => ask<Profile[]>('GET', '/profiles'),
  /** A profile without a number is a new one. */
  keepProfile: (id: number | null, body: ProfileTold) => keep<Profile>('/profiles', id, body),
  dropProfile: (id: number) => ask<void>('DELETE', `/profiles/${id}`),
  formats: () => ask<Format[]>('GET', '/formats'),
  keepFormat: (id: number | null, body: FormatTold) => keep<Format>('/formats', id, body),
  dropFormat: (id: number) => ask<void>('DELETE', `/formats/${id}`),
  importFormats: (body: ImportWish) => ask<{ told: Imported[] }>('POST', '/formats/import', { body }),
  exportFormats: (product: Product) => ask<Exported>('GET', `/formats/export?product=${product}`),
  tryName: (name: string, kind: Kind | null) => ask<Tried>('POST', '/formats/try', { body: { name, kind } }),
  sizes: () => ask<Sizes>('GET', '/sizes'),
  keepSizes: (sizes: Record<string, QualitySize>) => ask<Sizes>('PUT', '/sizes', { body: { sizes } }),
  preferences: () => ask<Preferences>('GET', '/preferences'),
  keepPreferences: (body: Preferences) => ask<Preferences>('PUT', '/preferences', { body }),
  delays: () => ask<{ delays: Delay[] }>('GET', '/delays'),
  keepDelays: (delays: Delay[]) => ask<{ delays: Delay[] }>('PUT', '/delays', { body: { delays } }),
  restrictions: () => ask<{ restrictions: Restriction[] }>('GET', '/restrictions'),
  keepRestrictions: (restrictions: Restriction[]) =>
    ask<{ restrictions: Restriction[] }>('PUT', '/restrictions', { body: { restrictions } }),

  naming: () => ask<Naming>('GET', '/naming'),
  keepNaming: (body: NamingScheme) => ask<Naming>('PUT', '/naming', { body }),
  previewNames: (body: NamingScheme) => ask<{ renames: Rename[] }>('POST', '/naming/preview', { body }),
  renames: () => ask<{ renames: Rename[] }>('GET', '/naming/renames'),
  rename: (file_ids: number[]) =>
    ask<{ renames: Rename[] }>('POST', '/naming/renames', { body: { file_ids } }),

  activity: () => ask<Activity>('GET', '/activity'),
  library: () => ask<Library>('GET', '/library'),
  watch: (fileId: number) => ask<Watch>('GET', `/watch/${fileId}`),
  /** `keepalive` lets the last word arrive although the page is being closed. */
  progress: (fileId: number, position: number, duration: number, keepalive = false) =>
    ask<void>('PUT', `/watch/${fileId}/progress`, { body: { position, duration }, keepalive }),

  indexers: () => ask<Indexer[]>('GET', '/indexers'),
  keepIndexer: (id: number | null, body: IndexerTold) => keep<Indexer>('/indexers', id, body),
  dropIndexer: (id: number) => ask<void>('DELETE', `/indexers/${id}`),
  /** As it is kept. */
  testIndexer: (id: number) => ask<IndexerTested>('POST', `/indexers/${id}/test`),
  /** As it is filled in. */
  tryIndexer: (body: IndexerTrial) => ask<IndexerTested>('POST', '/indexers/test', { body }),
  categories: () => ask<Category[]>('GET', '/indexers/categories'),
  catalogue: () => ask<Catalogue>('GET', '/indexers/catalogue'),
  indexerForm: (kind: string, definition: string) =>
    ask<IndexerForm>('GET', `/indexers/catalogue/form?kind=${asPart(kind)}&definition=${asPart(definition)}`),
  takeDefinitionsFrom: (source: string) =>
    ask<Catalogue>('PUT', '/indexers/catalogue/source', { body: { source } }),
  refreshCatalogue: () => ask<Catalogue>('POST', '/indexers/catalogue/refresh'),
  grab: (key: string) => ask<void>('POST', '/indexers/grab', { body: { key } }),
  indexerStatistics: (days: number) => ask<IndexerStatistics[]>('GET', `/indexers/statistics?days=${days}`),
  indexerHistory: (query: URLSearchParams) => ask<History>('GET', `/indexers/history?${query}`),
  proxies: () => ask<Proxy[]>('GET', '/proxies'),
  keepProxy: (id: number | null, body: ProxyTold) => keep<Proxy>('/proxies', id, body),
  dropProxy: (id: number) => ask<void>('DELETE', `/proxies/${id}`),
  apps: () => ask<App[]>('GET', '/apps'),
  keepApp: (id: number | null, body: AppTold) => keep<App>('/apps', id, body),
  dropApp: (id: number) => ask<void>('DELETE', `/apps/${id}`),
  syncApps: () => ask<Synced>('POST', '/apps/sync'),

  map: () => ask<HouseMap>('GET', '/map'),
  probe: () => ask<HouseMap>('POST', '/map/probe'),

  keys: () => ask<ApiKey[]>('GET', '/keys'),
  newKey: (name: string) => ask<NewApiKey>('POST', '/keys', { body: { name } }),
  revokeKey: (id: number) => ask<void>('DELETE', `/keys/${id}`),
  system: () => ask<System>('GET', '/system'),
}

const keep = <T>(path: string, id: number | null, body: unknown): Promise<T> =>
  id === null ? ask<T>('POST', path, { body }) : ask<T>('PUT', `${path}/${id}`, { body })

export type SearchEvent = {
  [N in keyof SearchEvents]: { name: N; told: SearchEvents[N] }
}[keyof SearchEvents]

/** Ask the indexers; each of them is heard the moment it answers. Leaving the loop or the signal ends the search. */
export async function* searchIndexers(
  query: URLSearchParams,
  signal: AbortSignal,
): AsyncGenerator<SearchEvent> {
  const response = await send('GET', `/indexers/search?${query}`, { signal })
  if (!response.ok || !response.body) {
    if (response.status === 401) signedOut()
    throw await readProblem(response)
  }
  for await (const { name, data } of readEvents(response.body)) {
    yield { name, told: JSON.parse(data) } as SearchEvent
  }
}

async function remember(asked: Promise<Session>): Promise<Session> {
  const session = await asked
  csrf = session.csrf
  return session
}

async function ask<T>(method: string, path: string, options: Options = {}, again = true): Promise<T> {
  const response = await send(method, path, options)
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
  const problem = await readProblem(response)
  if (response.status === 401 && path !== '/login') signedOut()
  if (response.status === 403 && method !== 'GET' && again && (await csrfHasChanged())) {
    return ask<T>(method, path, options, false)
  }
  throw problem
}

async function send(method: string, path: string, { body, signal, keepalive }: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf
  try {
    return await fetch(`/api${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      keepalive,
      credentials: 'same-origin',
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Problem(0, 'Matinee does not answer. Is it running, and are you on the home network?')
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => null)
  if (said && typeof said === 'object' && 'detail' in said && typeof said.detail === 'string') {
    const field = 'field' in said && typeof said.field === 'string' ? said.field : null
    return new Problem(response.status, said.detail, field)
  }
  return new Problem(
    response.status,
    `Matinee answered with an error it did not explain (${response.status}).`,
  )
}

/** Signing in from another tab gives a new token; then one more try is right. */
async function csrfHasChanged(): Promise<boolean> {
  const before = csrf
  await api.session()
  return csrf !== null && csrf !== before
}

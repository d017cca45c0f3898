/** What is done to a taste on a page: qualities are put in order and in groups, sizes become gigabytes. */
import type { ProfileTold, QualityGroup, QualitySize } from './api/types'

const FILM_MINUTES = 120

/** Megabytes a minute as gigabytes of a film of two hours. */
export const ofFilm = (megabytes: number): number => (megabytes * FILM_MINUTES) / 1000

/** `0 to 12 GB, 4.2 GB best`: what a quality's sizes mean for such a film. */
export function sizeInWords({ least, preferred, most }: QualitySize): string {
  const limits = [least ? `from ${gigabytes(least)}` : '', most == null ? '' : `up to ${gigabytes(most)}`]
  const range = limits.filter(Boolean).join(' ') || 'any size'
  return preferred == null ? range : `${range}, best ${gigabytes(preferred)}`
}

function gigabytes(megabytes: number): string {
  const size = ofFilm(megabytes)
  return `${size < 10 ? Math.round(size * 10) / 10 : Math.round(size)} GB`
}

/** The largest film any of these sizes speaks of: how far a drawing of them must reach. */
export function reach(sizes: Record<string, QualitySize>): number {
  const told = Object.values(sizes).flatMap(({ least, preferred, most }) => [
    least,
    preferred ?? 0,
    most ?? 0,
  ])
  return Math.max(ofFilm(Math.max(0, ...told)), 10)
}

/** Only sizes that say something are kept. */
export function meantSizes(sizes: Record<string, QualitySize>): Record<string, QualitySize> {
  const meant = Object.entries(sizes).map(
    ([name, size]) => [name, { ...size, least: size.least ?? 0 }] as const,
  )
  return Object.fromEntries(
    meant.filter(([, size]) => size.least || size.preferred != null || size.most != null),
  )
}

/** The same things with one of them moved by so many places; past the ends nothing moves. */
export function moved<T>(things: readonly T[], at: number, by: number): T[] {
  const to = at + by
  const next = [...things]
  if (to < 0 || to >= next.length) return next
  next.splice(to, 0, ...next.splice(at, 1))
  return next
}

export const alone = (quality: string): QualityGroup => ({ name: quality, qualities: [quality] })

/** A group and the next better one become one; a name that the owner gave stays. */
export function joined(groups: readonly QualityGroup[], at: number): QualityGroup[] {
  const [worse, better] = [groups[at], groups[at + 1]]
  if (!worse || !better) return [...groups]
  const qualities = [...worse.qualities, ...better.qualities]
  const named = [better, worse].find(
    ({ name, qualities }) => qualities.length > 1 && name !== groupName(qualities),
  )
  const one = { name: named?.name ?? groupName(qualities), qualities }
  return [...groups.slice(0, at), one, ...groups.slice(at + 2)]
}

/** Each quality of a group stands for itself again. */
export function parted(groups: readonly QualityGroup[], at: number): QualityGroup[] {
  return groups.flatMap((group, place) => (place === at ? group.qualities.map(alone) : [group]))
}

/** `WEB 1080p` for WEBRip-1080p and WEBDL-1080p; what they share, or from the first to the last. */
export function groupName(qualities: readonly string[]): string {
  const sizes = new Set(qualities.map((quality) => quality.split('-').pop()!))
  const web = qualities.every((quality) => quality.startsWith('WEB'))
  if (sizes.size === 1) return `${web ? 'WEB ' : ''}${[...sizes][0]}`
  return `${qualities[0]} to ${qualities.at(-1)}`
}

/** Where a quality that comes in belongs: behind all that the ladder puts below it. */
export function withQuality(
  groups: readonly QualityGroup[],
  quality: string,
  ladder: readonly string[],
): QualityGroup[] {
  const isBelow = (name: string) => ladder.indexOf(name) < ladder.indexOf(quality)
  const below = groups.map(({ qualities }) => qualities.every(isBelow))
  const place = below.lastIndexOf(true) + 1
  return [...groups.slice(0, place), alone(quality), ...groups.slice(place)]
}

/** The names a cutoff can have, best first. */
export const cutoffs = (groups: readonly QualityGroup[]): string[] => groups.map(({ name }) => name).reverse()

/** A cutoff that is named no more becomes the best there is. */
export function heldCutoff(profile: Pick<ProfileTold, 'cutoff' | 'groups'>): string {
  const named = profile.groups.find(({ name, qualities }) => [name, ...qualities].includes(profile.cutoff))
  return named?.name ?? cutoffs(profile.groups)[0] ?? ''
}

/** What a new profile begins with: the common qualities of the web. */
export function newProfile(): ProfileTold {
  const groups = ['720p', '1080p'].map((lines) => ({
    name: `WEB ${lines}`,
    qualities: [`WEBRip-${lines}`, `WEBDL-${lines}`],
  }))
  return {
    name: '',
    groups,
    cutoff: 'WEB 1080p',
    upgrades: true,
    languages: [],
    scores: {},
    least_score: 0,
    cutoff_score: 0,
    least_gain: 1,
    sizes: {},
    sentence: '',
  }
}

/** Words in a field as a list, and back. */
export const listed = (text: string, lines: boolean): string[] =>
  text
    .split(lines ? '\n' : ',')
    .map((word) => word.trim())
    .filter(Boolean)
export const told = (words: readonly string[], lines: boolean): string => words.join(lines ? '\n' : ', ')
export const signed = (score: number): string => (score > 0 ? `+${score}` : String(score))

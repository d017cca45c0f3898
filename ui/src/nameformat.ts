/** Formats of names on a page: an example from the tokens' own examples, and a token put in at the caret. */
import type { NamingScheme, NamingToken } from './api/types'

export type FormatName =
  | 'movie'
  | 'standard'
  | 'daily'
  | 'anime'
  | 'movie_folder'
  | 'series_folder'
  | 'season_folder'
  | 'specials_folder'

export const FORMATS: readonly { key: FormatName; text: string; hint?: string }[] = [
  { key: 'movie', text: 'A film' },
  { key: 'movie_folder', text: "A film's folder" },
  { key: 'standard', text: 'An episode' },
  { key: 'daily', text: 'An episode of a daily show' },
  { key: 'anime', text: 'An episode of an anime' },
  { key: 'series_folder', text: "A series' folder" },
  { key: 'season_folder', text: "A season's folder" },
  { key: 'specials_folder', text: 'The folder of specials' },
]
export const STYLES: readonly { key: NamingScheme['style']; text: string }[] = [
  { key: 'prefixedRange', text: 'S01E06-E08' },
  { key: 'range', text: 'S01E06-08' },
  { key: 'extend', text: 'S01E06-07-08' },
  { key: 'scene', text: 'S01E06-E07-E08' },
  { key: 'repeat', text: 'S01E06E07E08' },
  { key: 'duplicate', text: 'S01E06 - S01E07 - S01E08' },
]
export const COLONS: readonly { key: NamingScheme['colon']; text: string }[] = [
  { key: 'smart', text: 'By its place: 3-10' },
  { key: 'delete', text: 'Left out: 310' },
  { key: 'dash', text: 'A dash: 3-10' },
  { key: 'spaceDash', text: 'A dash behind a space' },
  { key: 'spaceDashSpace', text: 'A dash between spaces' },
  { key: 'custom', text: 'Something else' },
]

const TOKEN = /\{([- ._[(]*)([A-Za-z0-9]+(?:[- ._]+[A-Za-z0-9]+)*)(?::([^{}]*[^-{} ._)\]]))?([- ._)\]]*)\}/g

export const kindOf = (format: FormatName) => (format.startsWith('movie') ? 'movie' : 'series')
const keyOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** What is between the braces of a token, as it is looked up: `{season:00}` is `season`. */
function tokenKey(token: string): string {
  return keyOf(token.replace(/[{}]/g, '').replace(/:.*/, ''))
}

/** What a name would look like. A token that is not known stands there as it is written. */
export function example(format: string, tokens: readonly NamingToken[]): string {
  const known = new Map(tokens.map((each) => [tokenKey(each.token), each.example]))
  return format
    .replace(TOKEN, (written: string, before: string, name: string, argument = '', after: string) => {
      const told = known.get(keyOf(name))
      return told === undefined ? written : before + dressed(told, name, argument) + after
    })
    .replace(/ {2,}/g, ' ')
}

function dressed(told: string, name: string, argument: string): string {
  if (/^\d+$/.test(told) && /^0*$/.test(argument)) return String(Number(told)).padStart(argument.length, '0')
  const separator = /[-._]/.exec(name)?.[0]
  const cased =
    name === name.toUpperCase() ? told.toUpperCase() : name === name.toLowerCase() ? told.toLowerCase() : told
  return separator ? cased.replaceAll(' ', separator) : cased
}

/** The text with the token in place of what is selected, and where the caret stands then. */
export function inserted(
  text: string,
  from: number,
  to: number,
  token: string,
): { text: string; caret: number } {
  return { text: text.slice(0, from) + token + text.slice(to), caret: from + token.length }
}

/** Tokens for this format that fit the words. */
export function offered(tokens: readonly NamingToken[], format: FormatName, words: string): NamingToken[] {
  const kind = kindOf(format)
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return tokens.filter((each) => {
    const text = `${each.token} ${each.meaning}`.toLowerCase()
    return each.kinds.includes(kind) && wanted.every((word) => text.includes(word))
  })
}

/** Which part of a path changes: the ends that both have are shown lightly. */
export function difference(
  old: string,
  now: string,
): { start: string; old: string; now: string; end: string } {
  const least = Math.min(old.length, now.length)
  let from = 0
  while (from < least && old[from] === now[from]) from += 1
  let to = 0
  while (to < least - from && old.at(-1 - to) === now.at(-1 - to)) to += 1
  return {
    start: old.slice(0, from),
    old: old.slice(from, old.length - to),
    now: now.slice(from, now.length - to),
    end: old.slice(old.length - to),
  }
}

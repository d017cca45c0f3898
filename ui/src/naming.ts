/** A release's name cut into its words and the joints between them, and what was read from it. */
import type { NameRead, NameWord } from './api/types'

export interface Piece {
  text: string
  part: NameWord['part'] | 'joint'
  value: string
}

/** All of the name in order: `Night`, `.`, `Tram`, `.`, `S01E02` … Positions count code points, as Python does. */
export function pieces(read: NameRead): Piece[] {
  const letters = Array.from(read.name)
  const cut = (from: number, to?: number) => letters.slice(from, to).join('')
  const found: Piece[] = []
  let at = 0
  for (const word of read.words) {
    if (word.start > at) found.push({ text: cut(at, word.start), part: 'joint', value: '' })
    found.push({ text: cut(word.start, word.end), part: word.part, value: word.value })
    at = word.end
  }
  if (at < letters.length) found.push({ text: cut(at), part: 'joint', value: '' })
  return found
}

/** What was read, part by part; parts the name does not tell are left out. */
export function readings(read: NameRead): { part: string; value: string }[] {
  const told = new Map<string, string>([['title', read.title]])
  for (const word of read.words) if (word.value && word.part !== 'nothing') told.set(word.part, word.value)
  told.set('quality', read.quality)
  return [...told].filter(([, value]) => value).map(([part, value]) => ({ part, value }))
}

/** The conditions of a custom format: what each kind looks at, and how it reads in words. */
import type { Condition, ConditionKind, FormatTold, Tried } from './api/types'

export const KINDS: readonly { key: ConditionKind; text: string }[] = [
  { key: 'title', text: "The release's name" },
  { key: 'group', text: 'The group' },
  { key: 'edition', text: 'The edition' },
  { key: 'source', text: 'The source' },
  { key: 'resolution', text: 'The resolution' },
  { key: 'modifier', text: 'The make' },
  { key: 'language', text: 'A language' },
  { key: 'flag', text: "An indexer's flag" },
  { key: 'size', text: 'The size' },
  { key: 'year', text: 'The year' },
  { key: 'release type', text: 'The sort of release' },
]
export const kindText = (kind: ConditionKind): string => KINDS.find(({ key }) => key === kind)!.text

/** Words that a value can be; where there are none it is an expression. */
export const CHOICES: Partial<Record<ConditionKind, readonly string[]>> = {
  source: [
    'webdl',
    'webrip',
    'bluray',
    'bluray remux',
    'bluray encode',
    'tv',
    'tv raw',
    'tv encode',
    'dvd',
    'telecine',
    'telesync',
    'cam',
    'workprint',
    'unknown',
  ],
  resolution: ['2160', '1080', '720', '576', '480'],
  modifier: ['remux', 'brdisk', 'rawhd', 'screener', 'regional', 'none'],
  'release type': ['episode', 'multi', 'season'],
}
/** Offered while it is typed; others may be right, too. */
export const OFFERED: Partial<Record<ConditionKind, readonly string[]>> = {
  language: [
    'Original',
    'English',
    'German',
    'French',
    'Spanish',
    'Italian',
    'Japanese',
    'Korean',
    'Chinese',
  ],
  flag: ['freeleech', 'halfleech', 'double upload', 'internal', 'scene', 'nuked'],
}
export const isExpression = (kind: ConditionKind): boolean => ['title', 'group', 'edition'].includes(kind)
export const hasBounds = (kind: ConditionKind): boolean => kind === 'size' || kind === 'year'

const GB = 1e9
export const toGigabytes = (bytes: number | null | undefined): number | null =>
  bytes == null ? null : Math.round((bytes / GB) * 1000) / 1000
export const fromGigabytes = (size: number | null | undefined): number | null =>
  size == null ? null : Math.round(size * GB)

/** `not the source webdl`, `the size 1 to 3 GB`. */
export function inWords(condition: Condition): string {
  const { kind, negate } = condition
  const what = hasBounds(kind)
    ? bounds(condition)
    : `${condition.except_language ? 'any but ' : ''}${condition.value}`
  return `${negate ? 'not ' : ''}${kind} ${what}`
}

function bounds({ kind, least, most }: Condition): string {
  const [from, to] = kind === 'size' ? [toGigabytes(least), toGigabytes(most)] : [least, most]
  const unit = kind === 'size' ? ' GB' : ''
  if (from == null) return `up to ${to}${unit}`
  return to == null ? `from ${from}${unit}` : `${from} to ${to}${unit}`
}

export const newCondition = (kind: ConditionKind = 'title'): Condition => ({
  name: '',
  kind,
  value: CHOICES[kind]?.[0] ?? '',
  least: null,
  most: null,
  negate: false,
  required: false,
  except_language: false,
})

/** Another kind looks at something else: the old value would mean nothing there. */
export function asKind(condition: Condition, kind: ConditionKind): Condition {
  const keeps = isExpression(kind) && isExpression(condition.kind)
  const { name, negate, required } = condition
  return { ...newCondition(kind), name, negate, required, kind, ...(keeps ? { value: condition.value } : {}) }
}

export const newFormat = (): FormatTold => ({
  name: '',
  conditions: [newCondition()],
  include_when_renaming: false,
  trash_id: null,
  proposed: {},
})

/** What is sent: a condition without a name is called by what it says. */
export function meantFormat(format: FormatTold): FormatTold {
  return {
    ...format,
    name: format.name.trim(),
    conditions: format.conditions.map((each) => ({
      ...each,
      name: each.name.trim() || inWords(each).slice(0, 200),
    })),
  }
}

/** Formats that match first, then those of which something holds. */
export function bySuccess(tried: Tried): Tried['formats'] {
  const rank = (one: Tried['formats'][number]) =>
    one.matches ? 2 : one.conditions.some(({ held }) => held) ? 1 : 0
  return [...tried.formats].sort((one, two) => rank(two) - rank(one) || one.name.localeCompare(two.name))
}

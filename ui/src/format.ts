/** Numbers and times as people read them. */

const LOCALE =
  typeof navigator === 'undefined' ? 'en' : navigator.language.startsWith('en') ? navigator.language : 'en'
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' })
const dayAndTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' })
const time = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' })
const ago = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' })
const oneDigit = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat(LOCALE)
const percents = new Intl.NumberFormat(LOCALE, { style: 'percent' })
const sizes = UNITS.map((unit) =>
  [0, 1].map(
    (digits) => new Intl.NumberFormat(LOCALE, { style: 'unit', unit, maximumFractionDigits: digits }),
  ),
)

export function bytes(count: number): string {
  let step = 0
  while (count >= 999.5 && step < UNITS.length - 1) {
    count /= 1000
    step += 1
  }
  return sizes[step]![count < 10 && step > 1 ? 1 : 0]!.format(count)
}

export const speed = (bytesPerSecond: number): string => `${bytes(bytesPerSecond)}/s`
export const number = (count: number): string => whole.format(count)
export const percent = (part: number, of: number): string =>
  percents.format(of > 0 ? Math.floor((part / of) * 100) / 100 : 0)
export const rating = (value: number): string => oneDigit.format(value)
export const date = (iso: string): string => day.format(asDate(iso))
export const moment = (iso: string): string => dayAndTime.format(asDate(iso))
export const clock = (iso: string): string => time.format(asDate(iso))
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

/** `1 h 36 min` from minutes. */
export function runtime(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(' ') || '0 min'
}

/** `12:34` or `1:02:03` from seconds, as players show it. */
export function position(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60]
  if (!parts[0]) parts.shift()
  return parts.map((part, i) => (i ? String(part).padStart(2, '0') : String(part))).join(':')
}

/** `in 4 min`, `2 h 10 min`: a rough length of time from seconds. */
export function lasting(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return runtime(Math.round(seconds / 60))
  return plural(Math.round(seconds / 86_400), 'day')
}

/** `5 minutes ago`, `yesterday`. */
export function since(iso: string, now: number): string {
  const seconds = (asDate(iso).getTime() - now) / 1000
  const size = Math.abs(seconds)
  if (size < 45) return 'just now'
  if (size < 3600) return ago.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return ago.format(Math.round(seconds / 3600), 'hour')
  if (size < 30 * 86_400) return ago.format(Math.round(seconds / 86_400), 'day')
  return date(iso)
}

/** A bare day such as `2026-05-12` is a day here, not midnight in London. */
function asDate(iso: string): Date {
  return new Date(/^\d{4}-\d\d-\d\d$/.test(iso) ? `${iso}T00:00:00` : iso)
}

export function hasAired(airDate: string | null, now: number): boolean {
  return airDate !== null && asDate(airDate).getTime() <= now
}

/** `S01E02`. */
export function episodeCode(season: number, episode: number): string {
  return `S${String(season).padStart(2, '0')}E${String(episode).padStart(2, '0')}`
}

/** Which episodes of a series are wished for: ticks on a page become a wish. */
import type { Episode, Season, Wish } from './api/types'

export const keyOf = (episode: Pick<Episode, 'season' | 'number'>): string =>
  `${episode.season}x${episode.number}`

export const canBeAsked = (episode: Episode): boolean => episode.availability === 'none'

export const askable = (season: Season): Episode[] => season.episodes.filter(canBeAsked)

/** A season is named as a whole only when all of it is wished for, so that nothing is fetched twice. */
export function wishFor(
  ref: string,
  slot: string | null,
  seasons: Season[],
  picked: ReadonlySet<string>,
): Wish {
  const wish: Wish = { ref, slot, seasons: [], episodes: [] }
  for (const season of seasons) {
    const chosen = season.episodes.filter((episode) => picked.has(keyOf(episode)))
    if (chosen.length > 0 && chosen.length === season.episodes.length) wish.seasons.push(season.number)
    else wish.episodes.push(...chosen.map(({ season, number }) => ({ season, number })))
  }
  return wish
}

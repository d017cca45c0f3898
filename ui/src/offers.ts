/** Looking through the catalogue: which of the indexers that can be added fit what somebody asks for. */
import type { Offer } from './api/types'

export interface OfferWish {
  words: string
  category: string
  language: string
  privacy: string
  protocol: string
  /** Catalogues whose numbers it must understand. */
  ids: string[]
}

export const ANY_OFFER: OfferWish = {
  words: '',
  category: '',
  language: '',
  privacy: '',
  protocol: '',
  ids: [],
}

/** Those that fit, the ones whose name begins with the words first. */
export function fittingOffers(offers: readonly Offer[], wish: OfferWish): Offer[] {
  const words = wish.words.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = offers.filter((offer) => fits(offer, wish) && hasWords(offer, words))
  const start = words.join(' ')
  if (!start) return fitting
  const isFirst = (offer: Offer) => Number(offer.name.toLowerCase().startsWith(start))
  return fitting.sort((one, two) => isFirst(two) - isFirst(one))
}

function fits(offer: Offer, wish: OfferWish): boolean {
  return (
    (!wish.category || offer.categories.includes(wish.category)) &&
    (!wish.language || offer.language === wish.language) &&
    (!wish.privacy || offer.privacy === wish.privacy) &&
    (!wish.protocol || offer.protocol === wish.protocol) &&
    wish.ids.every((id) => offer.ids.includes(id))
  )
}

function hasWords(offer: Offer, words: string[]): boolean {
  if (!words.length) return true
  const text = `${offer.name} ${offer.definition} ${offer.description} ${offer.links.join(' ')}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** All values that offers have of one kind, each once, in order. */
export function choicesOf(offers: readonly Offer[], of: (offer: Offer) => string[]): string[] {
  return [...new Set(offers.flatMap(of))].sort((one, two) => one.localeCompare(two))
}

/** `German (Germany)` for `de-DE`; the code itself where nobody knows it. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}

export const keyOf = (offer: Pick<Offer, 'kind' | 'definition'>): string =>
  `${offer.kind} ${offer.definition}`

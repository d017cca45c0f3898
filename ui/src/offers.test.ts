import { describe, expect, it } from 'vitest'
import type { Offer } from './api/types'
import { ANY_OFFER, choicesOf, fittingOffers, languageName } from './offers'

const offer = (name: string, told: Partial<Offer> = {}): Offer => ({
  kind: 'cardigann',
  definition: name.toLowerCase(),
  name,
  description: '',
  language: 'en-US',
  privacy: 'public',
  protocol: 'torrent',
  categories: ['Movies'],
  ids: [],
  links: [],
  ...told,
})

const OFFERS = [
  offer('The Comet', { description: 'films of tin' }),
  offer('Comet', { privacy: 'private', ids: ['imdb', 'tmdb'], language: 'de-DE' }),
  offer('Tram', { categories: ['TV'], links: ['https://night.example/'] }),
]
const names = (wish: Partial<typeof ANY_OFFER>): string[] =>
  fittingOffers(OFFERS, { ...ANY_OFFER, ...wish }).map(({ name }) => name)

describe('the catalogue', () => {
  it('shows all to who asks for nothing', () => {
    expect(names({})).toEqual(['The Comet', 'Comet', 'Tram'])
  })

  it('begins with names that begin so', () => {
    expect(names({ words: 'comet' })).toEqual(['Comet', 'The Comet'])
  })

  it('looks into descriptions and sites, and wants all the words', () => {
    expect(names({ words: 'TIN films' })).toEqual(['The Comet'])
    expect(names({ words: 'night.example' })).toEqual(['Tram'])
    expect(names({ words: 'tin tram' })).toEqual([])
  })

  it('is narrowed down by what an indexer has', () => {
    expect(names({ category: 'TV' })).toEqual(['Tram'])
    expect(names({ privacy: 'private' })).toEqual(['Comet'])
    expect(names({ language: 'de-DE' })).toEqual(['Comet'])
    expect(names({ protocol: 'usenet' })).toEqual([])
    expect(names({ ids: ['imdb', 'tmdb'] })).toEqual(['Comet'])
    expect(names({ ids: ['imdb', 'tvdb'] })).toEqual([])
  })

  it('offers each choice once', () => {
    expect(choicesOf(OFFERS, (one) => one.categories)).toEqual(['Movies', 'TV'])
  })

  it('calls a language by its name, and one that is none by its code', () => {
    expect(languageName('de')).toBe('German')
    expect(languageName('?!')).toBe('?!')
  })
})

import { describe, expect, it } from 'vitest'
import type { Indexer, IndexerTold, Setting } from './api/types'
import {
  asTold,
  begin,
  firstReturn,
  healthInWords,
  meantSettings,
  plainPieces,
  testInWords,
  webAddress,
  withoutGaps,
} from './indexing'

const health = (told: Partial<Indexer['health']>): Indexer['health'] => ({
  state: 'well',
  reason: '',
  until: null,
  ...told,
})

describe('how an indexer is', () => {
  it('is said in words, with the reason', () => {
    expect(healthInWords(health({}))).toEqual({ mark: 'good', text: 'Well', why: '' })
    expect(healthInWords(health({ state: 'blocked', reason: 'wrong API key' }))).toMatchObject({
      mark: 'bad',
      why: 'wrong API key',
    })
    expect(healthInWords(health({ state: 'limited', reason: '5 of 5 searches' })).mark).toBe('warn')
  })

  it('says no reason for what the owner did', () => {
    expect(healthInWords(health({ state: 'off', reason: 'it is switched off' })).why).toBe('')
  })

  it('knows who comes back first', () => {
    const at = (until: string | null) => ({ health: health({ until }) }) as Indexer
    const now = Date.parse('2026-05-01T12:00:00Z')
    const times = [
      at('2026-05-01T11:00:00Z'),
      at('2026-05-01T13:00:00Z'),
      at('2026-05-01T12:30:00Z'),
      at(null),
    ]
    expect(firstReturn(times, now)).toBe(Date.parse('2026-05-01T12:30:00Z'))
    expect(firstReturn([at(null)], now)).toBeNull()
  })

  it('tells the step that failed', () => {
    const step = (name: string, ok: boolean, text = '') => ({ name, ok, text, seconds: 0 })
    expect(testInWords([step('address', true), step('login', false, 'wrong password')])).toBe(
      'Failed at “Signing in”: wrong password',
    )
    expect(testInWords([step('address', true)])).toBe('All steps went well')
  })
})

describe('what the house is told of an indexer', () => {
  it('keeps a secret that was not touched, and clears one to be forgotten', () => {
    const settings = { url: 'http://a', api_key: '', password: '', cookie: 'new' }
    expect(meantSettings(settings, ['api_key', 'password', 'cookie'], ['password'])).toEqual({
      url: 'http://a',
      password: '',
      cookie: 'new',
    })
  })

  it('says an empty setting that was never secret', () => {
    expect(meantSettings({ api_path: '' }, [], [])).toEqual({ api_path: '' })
  })

  it('has null where a number was taken out', () => {
    const told = { name: 'Lab', priority: null, query_limit: undefined } as unknown as IndexerTold
    expect(withoutGaps(told)).toMatchObject({ priority: 25, query_limit: null })
  })

  it('is the indexer without what only the house may say', () => {
    const told = asTold({
      id: 3,
      name: 'Lab',
      kind: 'torznab',
      origin: 'page',
      health: health({}),
    } as Indexer)
    expect(told).toEqual({ name: 'Lab', kind: 'torznab' })
  })

  it('begins with what the form proposes', () => {
    const field: Setting = {
      name: 'url',
      label: 'Address',
      type: 'text',
      default: 'http://a',
      options: [],
      help: '',
    }
    const told = begin('torznab', '', {
      name: 'A',
      settings: [field, { ...field, name: 'note', type: 'info' }],
    })
    expect(told).toMatchObject({ name: 'A', enabled: true, settings: { url: 'http://a' } })
  })
})

describe('words of strangers', () => {
  it('lead only to web pages', () => {
    expect(webAddress('https://a.example/1')).toBe('https://a.example/1')
    expect(webAddress('javascript:alert(1)')).toBeNull()
    expect(webAddress(null)).toBeNull()
  })

  it('are read without their tags', () => {
    const told = plainPieces(
      'Set <b>100</b><br>at <a href="https://a.example/?q=1">home &amp; away</a>, 1 < 2.',
    )
    expect(told.map(({ text }) => text).join('')).toBe('Set 100\nat home & away, 1 < 2.')
    expect(told.filter(({ href }) => href)).toEqual([{ text: 'home & away', href: 'https://a.example/?q=1' }])
  })

  it('cannot run', () => {
    const told = plainPieces('<a href="javascript:alert(1)">x</a><img src=x onerror=alert(1)>')
    expect(told).toEqual([{ text: 'x', href: null }])
  })
})

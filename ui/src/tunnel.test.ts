import { expect, test } from 'vitest'
import { tunnelFacts } from './tunnel'

const UP = {
  up: true,
  words: 'proton.conf is up',
  address: '203.0.113.7',
  port: 40001,
  handshake_age: 12.4,
  received: 3_000_000,
  sent: 1000,
  outside_packets: 0,
  refused_packets: 3,
  reconnections: 0,
  notes: [],
}

test('a tunnel that is up tells how it is seen and that nothing left beside it', () => {
  expect(tunnelFacts(UP)).toEqual([
    ['Tunnel now', 'proton.conf is up, heard 12 s ago'],
    ['Torrents are seen as', '203.0.113.7, port 40001'],
    ['Through the tunnel', '3 MB in, 1 kB out'],
    ['Beside the tunnel', '0 packets (3 packets wanted to and were stopped)'],
  ])
})

test('one that is down says why, and notes follow', () => {
  const down = {
    ...UP,
    up: false,
    words: 'proton.conf is called',
    received: 0,
    sent: 0,
    refused_packets: 0,
    notes: ['no wall'],
  }
  expect(tunnelFacts(down)).toEqual([
    ['Tunnel now', 'proton.conf is called'],
    ['Beside the tunnel', '0 packets'],
    ['Note', 'no wall'],
  ])
})

test('where nobody can be asked nothing is told', () => {
  expect(tunnelFacts(null)).toEqual([])
})

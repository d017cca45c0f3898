/** What the settings page tells of the tunnel, a name and a sentence each. */
import type { System } from './api/types'
import { bytes, lasting, plural } from './format'

type Tunnel = System['tunnel_now']

export function tunnelFacts(tunnel: Tunnel): [string, string][] {
  if (!tunnel) return []
  const heard = tunnel.handshake_age === null ? '' : `, heard ${lasting(tunnel.handshake_age)} ago`
  const told: [string, string][] = [['Tunnel now', tunnel.up ? `${tunnel.words}${heard}` : tunnel.words]]
  if (tunnel.up && tunnel.address) {
    told.push([
      'Torrents are seen as',
      tunnel.port ? `${tunnel.address}, port ${tunnel.port}` : tunnel.address,
    ])
  }
  if (tunnel.received || tunnel.sent) {
    told.push(['Through the tunnel', `${bytes(tunnel.received)} in, ${bytes(tunnel.sent)} out`])
  }
  const refused = tunnel.refused_packets
    ? ` (${plural(tunnel.refused_packets, 'packet')} wanted to and were stopped)`
    : ''
  told.push(['Beside the tunnel', `${plural(tunnel.outside_packets, 'packet')}${refused}`])
  return [...told, ...tunnel.notes.map((note): [string, string] => ['Note', note])]
}

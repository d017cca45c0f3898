/** Tell the device what plays, for its lock screen and media keys. */
import type { Watch } from './api/types'
import { go } from './router.svelte'

type Session = MediaSession | undefined
const session = (): Session => (navigator as { mediaSession?: MediaSession }).mediaSession
const ACTIONS: MediaSessionAction[] = ['seekbackward', 'seekforward', 'nexttrack']

export function describe(watch: Watch, seekBy: (seconds: number) => void): void {
  const device = session()
  if (!device) return
  device.metadata = new MediaMetadata({
    title: watch.label,
    artist: 'Matinee',
    artwork: watch.poster ? [{ src: `${watch.poster}&w=500`, sizes: '500x750' }] : [],
  })
  device.setActionHandler('seekbackward', ({ seekOffset }) => seekBy(-(seekOffset ?? 10)))
  device.setActionHandler('seekforward', ({ seekOffset }) => seekBy(seekOffset ?? 10))
  const next = watch.next_file_id
  device.setActionHandler('nexttrack', next === null ? null : () => go(`/watch/${next}`))
}

export function forget(): void {
  const device = session()
  if (!device) return
  device.metadata = null
  for (const action of ACTIONS) device.setActionHandler(action, null)
}

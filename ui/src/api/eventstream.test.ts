import { describe, expect, it } from 'vitest'
import { eventsIn, readEvents } from './eventstream'

describe('a stream of events', () => {
  it('is cut at empty lines, and the beginning of the next event is kept', () => {
    const { events, left } = eventsIn('event: asked\ndata: {"a":1}\n\nevent: answ')
    expect(events).toEqual([{ name: 'asked', data: '{"a":1}' }])
    expect(left).toBe('event: answ')
  })

  it('forgets comments and events without data', () => {
    expect(eventsIn(': still here\n\nevent: end\n\n').events).toEqual([])
  })

  it('may be torn anywhere, even inside a letter', async () => {
    const bytes = new TextEncoder().encode('event: a\ndata: "ü"\n\nevent: b\ndata: 2\n\n')
    const torn = new ReadableStream<Uint8Array>({
      start(controller) {
        bytes.forEach((byte) => controller.enqueue(new Uint8Array([byte])))
        controller.close()
      },
    })
    const heard = []
    for await (const event of readEvents(torn)) heard.push(event)
    expect(heard).toEqual([
      { name: 'a', data: '"ü"' },
      { name: 'b', data: '2' },
    ])
  })

  it('is closed when nobody listens any more', async () => {
    let closed = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
      cancel: () => void (closed = true),
    })
    for await (const event of readEvents(endless)) {
      expect(event.data).toBe('1')
      break
    }
    expect(closed).toBe(true)
  })
})

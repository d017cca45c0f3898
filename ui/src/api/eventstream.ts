/** Server-sent events out of an answer's body: `event:` and `data:` lines, an empty line ends each event. */
export interface StreamEvent {
  name: string
  data: string
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const { events, left } = eventsIn(rest + decoder.decode(value, { stream: !done }))
      yield* events
      if (done) return
      rest = left
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Every whole event of a text, and the beginning of the next one. */
export function eventsIn(text: string): { events: StreamEvent[]; left: string } {
  const parts = text.replaceAll('\r\n', '\n').split('\n\n')
  const left = parts.pop() ?? ''
  const events = parts.map(eventOf).filter((event) => event.data !== '')
  return { events, left }
}

function eventOf(text: string): StreamEvent {
  const event: StreamEvent = { name: 'message', data: '' }
  const data: string[] = []
  for (const line of text.split('\n')) {
    const [, field, value = ''] = /^([a-z]+): ?(.*)$/s.exec(line) ?? []
    if (field === 'event') event.name = value
    if (field === 'data') data.push(value)
  }
  return { ...event, data: data.join('\n') }
}

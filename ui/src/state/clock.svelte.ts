/** The time, ticking only while something on the page shows it. */
import { createSubscriber } from 'svelte/reactivity'

const subscribe = createSubscriber((update) => {
  const ticking = setInterval(update, 1000)
  return () => clearInterval(ticking)
})

/** Milliseconds since 1970; reading it in a component redraws that part each second. */
export function now(): number {
  subscribe()
  return Date.now()
}

/** A hint, not a gate: length counts most, repetition and the own name count against. */
export const SHORTEST = 10

const WORDS = [
  `Too short: at least ${SHORTEST} characters.`,
  'Easy to guess. Add another word or two.',
  'Fair. Longer is better.',
  'Good.',
  'Very good.',
]

export function strengthOf(password: string, name: string): { score: number; text: string } {
  const score = password.length < SHORTEST ? 0 : Math.max(1, Math.min(4, points(password, name)))
  return { score, text: WORDS[score]! }
}

function points(password: string, name: string): number {
  const different = new Set(password.toLowerCase()).size
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(password)).length
  const guessable =
    different < 6 ||
    /^(password|matinee|1234|qwert)/i.test(password) ||
    (name.length > 2 && password.toLowerCase().includes(name.toLowerCase()))
  return guessable
    ? 1
    : 1 + Math.floor((password.length - SHORTEST) / 4) + (kinds >= 3 ? 1 : 0) + (different > 9 ? 1 : 0)
}

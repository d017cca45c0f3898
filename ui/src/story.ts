/** The six stages of a journey, in the words of the timeline; the same list as `pipeline/__init__.py`. */
import type { Journey, JourneyState, Request, StageName, Step, StepState } from './api/types'

export interface Stage {
  name: StageName
  word: string
  doing: string
  sentence: string
}

export const STORY: readonly Stage[] = [
  { name: 'asked', word: 'Asked', doing: 'Asking', sentence: 'Somebody in the house wishes to see it.' },
  {
    name: 'searched',
    word: 'Searched',
    doing: 'Searching',
    sentence: 'Every indexer is asked, and every release is judged.',
  },
  {
    name: 'grabbed',
    word: 'Grabbed',
    doing: 'Grabbing',
    sentence: 'The best release is handed to a download client.',
  },
  {
    name: 'downloaded',
    word: 'Downloaded',
    doing: 'Downloading',
    sentence: 'All of it arrives and is checked piece by piece.',
  },
  {
    name: 'imported',
    word: 'Imported',
    doing: 'Importing',
    sentence: 'The files are judged, named and linked into the library.',
  },
  { name: 'ready', word: 'Ready', doing: 'Getting ready', sentence: 'It can be watched.' },
]

export type StageState = StepState | 'ahead' | 'cancelled'

export interface StageView {
  stage: Stage
  state: StageState
  /** The newest step of the stage: what counts now. */
  step: Step | null
  earlier: Step[]
}

/** Sort a journey's steps into its six stages. Works without steps too (lists leave them out). */
export function tell(journey: Journey): StageView[] {
  const at = STORY.findIndex((stage) => stage.name === journey.stage)
  return STORY.map((stage, index) => {
    const steps = journey.steps.filter((step) => step.stage === stage.name).sort((a, b) => a.seq - b.seq)
    const newest = steps.at(-1) ?? null
    const state = stageState(journey.state, index - at, newest)
    // After a setback a later stage is ahead once more: what happened there is history.
    const step = state === 'ahead' ? null : newest
    return { stage, state, step, earlier: (step ? steps.slice(0, -1) : steps).reverse() }
  })
}

/** `distance` is how far the stage lies ahead (> 0) of where the journey stands. */
function stageState(journey: JourneyState, distance: number, step: Step | null): StageState {
  if (journey === 'done' || distance < 0) return 'done'
  if (distance > 0) return 'ahead'
  if (journey === 'cancelled') return 'cancelled'
  return journey === 'running' && step ? step.state : journey
}

export const STATE_WORDS: Record<JourneyState, string> = {
  running: 'On its way',
  waiting: 'Waiting',
  done: 'Ready',
  failed: 'Needs help',
  cancelled: 'Cancelled',
}

export const isOpen = (state: JourneyState): boolean => state !== 'done' && state !== 'cancelled'

/** Put a journey as the stream tells it into the request it belongs to. The stream leaves out the releases. */
export function withJourney(request: Request, journey: Journey): Request {
  const known = request.journeys.some((old) => old.id === journey.id)
  const journeys = known
    ? request.journeys.map((old) => (old.id === journey.id ? withReleases(journey, old) : old))
    : [...request.journeys, journey]
  const ready = journeys.filter((each) => each.state === 'done').length
  if (journeys.length > 1) return { ...request, journeys, ready }
  return { ...request, journeys, ready, state: journey.state, stage: journey.stage, text: journey.text }
}

/** Keep the releases that are shown already. */
function withReleases(journey: Journey, known: Journey): Journey {
  const shown = new Map(known.steps.map((step) => [step.seq, step.releases]))
  const steps = journey.steps.map((step) =>
    step.releases.length ? step : { ...step, releases: shown.get(step.seq) ?? [] },
  )
  return { ...journey, steps }
}

/** Whether a search or a grab has ended since: then there is news of the releases, and the house must be asked. */
export function knowsMoreReleases(journey: Journey, known: Journey | undefined): boolean {
  const states = new Map(known?.steps.map((step) => [step.seq, step.state]))
  return journey.steps.some(
    ({ seq, stage, state }) =>
      (stage === 'searched' || stage === 'grabbed') && state !== 'running' && states.get(seq) !== state,
  )
}

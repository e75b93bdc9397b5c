import type { Remote } from 'comlink'
import type { Api, FoundText } from '../worker/api.js'
import { attempt } from './attempt.js'
import { element, make } from './dom.js'

const section = element('texts', HTMLElement)
const error = element('texts-error', HTMLElement)
const [first, second, query] = ['first-text', 'second-text', 'text-query'].map((id) => element(id, HTMLInputElement))
const lines = element('text-lines', HTMLTextAreaElement)

/** The part of the page where texts are compared and found. */
export interface TextsPart {
  /** Shows what a run makes of the texts; nothing where it turns no texts into vectors. */
  show(run: { readonly id: number; readonly encodes: boolean } | undefined): Promise<void>
}

function list(id: string, found: readonly FoundText[] | undefined, shared: ReadonlySet<number>): void {
  const items = found?.map(({ line, text, score }) => {
    const item = make('li')
    item.append(make(shared.has(line) ? 'strong' : 'span', text), ' ', make('span', score.toFixed(3), 'score'))
    return item
  })
  const none = make('li', 'An artefact does not hold the model it was made from.', 'muted')
  element(id, HTMLOListElement).replaceChildren(...(items ?? [none]))
}

const cosine = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(4))

export function createTexts(worker: Remote<Api>): TextsPart {
  let shown: number | undefined

  /** Does something for the run that is shown; what goes wrong with another is of no interest by then. */
  async function draw(work: (id: number, current: () => boolean) => Promise<void>): Promise<void> {
    const id = shown
    if (id === undefined) return
    const current = () => id === shown
    await attempt(error, () => work(id, current), current)
  }

  const compare = () =>
    draw(async (id, current) => {
      const found = await worker.similarity(id, first.value, second.value)
      if (!current()) return
      element('cosine-before', HTMLElement).textContent = cosine(found.before)
      element('cosine-after', HTMLElement).textContent = cosine(found.after)
    })

  const search = () =>
    draw(async (id, current) => {
      const texts = lines.value.split('\n').filter((line) => line.trim() !== '')
      const found = await worker.nearestTexts(id, query.value, texts, 5)
      if (!current()) return
      const own = new Set(found.before?.map(({ line }) => line))
      const shared = new Set(found.after.map(({ line }) => line).filter((line) => own.has(line)))
      list('texts-before', found.before, shared)
      list('texts-after', found.after, shared)
    })

  for (const input of [first, second]) input.addEventListener('input', () => void compare())
  for (const input of [query, lines]) input.addEventListener('input', () => void search())
  return {
    async show(run) {
      shown = run?.encodes ? run.id : undefined
      section.hidden = shown === undefined
      error.textContent = ''
      await compare()
      await search()
    }
  }
}

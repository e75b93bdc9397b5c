import type { Neighbour, Neighbours } from '../worker/api.js'
import { element, make } from './dom.js'

const before = element('before', HTMLOListElement)
const after = element('after', HTMLOListElement)

function list(into: HTMLOListElement, neighbours: readonly Neighbour[], shared: ReadonlySet<string>): void {
  into.replaceChildren(
    ...neighbours.map(({ word, score }) => {
      const item = make('li')
      item.append(make(shared.has(word) ? 'strong' : 'span', word), ' ', make('span', score.toFixed(3), 'score'))
      return item
    })
  )
}

/** Writes the neighbours before and after side by side; those on both sides are bold. */
export function showNeighbours(found: Neighbours): void {
  const own = new Set(found.before?.map(({ word }) => word))
  const shared = new Set(found.after.map(({ word }) => word).filter((word) => own.has(word)))
  if (found.before) list(before, found.before, shared)
  else before.replaceChildren(make('li', 'An artefact does not hold the table it was made from.', 'muted'))
  list(after, found.after, shared)
}

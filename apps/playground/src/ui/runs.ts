import type { Run } from '../worker/api.js'
import { element, make } from './dom.js'
import { bytes, error, percent, times } from './numbers.js'

const body = element('runs', HTMLTableElement).tBodies[0]

/** Removes all runs. */
export const clearRuns = (): void => body.replaceChildren()

/** Writes the runs as a table in which one is chosen. */
export function showRuns(runs: readonly Run[], chosen: Run, choose: (run: Run) => void): void {
  const focused = body.contains(document.activeElement)
  body.replaceChildren(
    ...runs.map((run) => {
      const row = make('tr')
      const head = make('th')
      head.scope = 'row'
      const label = make('label')
      const radio = make('input')
      radio.type = 'radio'
      radio.name = 'run'
      radio.checked = run === chosen
      radio.addEventListener('change', () => choose(run))
      label.append(radio, make('code', run.spec))
      head.append(label)
      const numbers = {
        Size: bytes(run.bytes),
        Smaller: times(run.ratio),
        Error: error(run.relativeError),
        Kept: percent(run.overlap)
      }
      const cells = Object.entries(numbers).map(([name, text]) => {
        const cell = make('td', text, 'number')
        cell.dataset.label = name
        return cell
      })
      row.append(head, ...cells)
      row.classList.toggle('chosen', run === chosen)
      return row
    })
  )
  // Whoever chooses with the keyboard goes on from there.
  if (focused) body.querySelector<HTMLInputElement>('input:checked')?.focus()
}

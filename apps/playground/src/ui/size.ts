import type { Remote } from 'comlink'
import type { Api, Opened, Run } from '../worker/api.js'
import { attempt } from './attempt.js'
import { whileBusy } from './busy.js'
import { element } from './dom.js'
import { bytes, error, times } from './numbers.js'

const slider = element('size', HTMLInputElement)
const text = element('size-text', HTMLOutputElement)
const planned = element('planned', HTMLElement)
const problem = element('size-error', HTMLElement)

/** How long the slider rests before a pipeline is looked for, in milliseconds. */
const rest = 200

/** How many times smaller than float32 the file is: from 2 to 64, each step by the same factor. */
const ratioOf = () => 2 * 2 ** (Number(slider.value) / 8)

/** The slider of sizes. */
export interface Sizes {
  /** Begins anew with a table: what is looked for is of no interest any more. */
  take(table: Opened): void
}

/** Looks for a pipeline whenever the slider was moved, first by samples, then on all rows; what comes of it goes to `add`. */
export function listenForSizes(worker: Remote<Api>, add: (run: Run) => Promise<void>): Sizes {
  let table: Opened | undefined
  let turn = 0
  let waiting: ReturnType<typeof setTimeout> | undefined

  function show(): void {
    if (!table) return
    const ratio = ratioOf()
    const said = `${bytes((4 * table.rows * table.dim) / ratio)}, ${times(ratio)} smaller`
    text.textContent = said
    slider.setAttribute('aria-valuetext', said)
  }

  function look(): Promise<void> {
    const mine = ++turn
    const current = () => mine === turn
    const ratio = ratioOf()
    const work = async () => {
      planned.textContent = 'Trying compressors on some of the rows …'
      const about = await worker.estimate(ratio)
      if (!current()) return
      planned.textContent = `${about.spec}: error about ${error(about.relativeError)}; now all rows …`
      const run = await whileBusy('busy', about.spec, (progress) => worker.plan(ratio, progress))
      if (!current()) return
      planned.textContent = `${run.spec}: ${bytes(run.fileBytes)}, error ${error(run.relativeError)}`
      await add(run)
    }
    return attempt(problem, work, current).finally(() => {
      if (current() && problem.textContent) planned.textContent = ''
    })
  }

  slider.addEventListener('input', () => {
    show()
    clearTimeout(waiting)
    waiting = setTimeout(() => void look(), rest)
  })
  return {
    take(opened) {
      turn++
      clearTimeout(waiting)
      table = opened
      planned.textContent = ''
      problem.textContent = ''
      show()
    }
  }
}

import { proxy } from 'comlink'
import type { Progress } from '../worker/api.js'
import { element } from './dom.js'

/** Buttons that wait for whatever goes on. */
const waiting = [element('run', HTMLButtonElement), element('all', HTMLButtonElement)]
let going = 0

function count(change: 1 | -1): void {
  going += change
  for (const button of waiting) button.disabled = going > 0
}

/** Shows a bar in the box `id` while `work` goes on, and makes buttons wait that would disturb it. */
export async function whileBusy<T>(id: string, what: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const box = element(id, HTMLElement)
  const bar = element(`${id}-bar`, HTMLProgressElement)
  const [label] = bar.labels
  const mine = {}
  owners.set(box, mine)
  const say = (text: string) => {
    if (label) label.textContent = text
  }
  say(what)
  bar.removeAttribute('value')
  box.hidden = false
  box.parentElement?.setAttribute('aria-busy', 'true')
  count(1)
  try {
    return await work(
      proxy((step, share) => {
        if (owners.get(box) !== mine) return
        say(`${what}: ${step}`)
        bar.value = share
      })
    )
  } finally {
    count(-1)
    // What came after it has the box now.
    if (owners.get(box) === mine) {
      box.hidden = true
      box.parentElement?.setAttribute('aria-busy', 'false')
    }
  }
}

const owners = new WeakMap<HTMLElement, object>()

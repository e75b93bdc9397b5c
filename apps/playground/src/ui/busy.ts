import { proxy } from 'comlink'
import type { Progress } from '../worker/api.js'
import { element } from './dom.js'

const box = element('busy', HTMLElement)
const label = element('busy-label', HTMLElement)
const bar = element('bar', HTMLProgressElement)
const stop = element('stop', HTMLButtonElement)

/** Shows a bar while `work` goes on, and says so to buttons that must wait. */
export async function whileBusy<T>(what: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const waiting = [...document.querySelectorAll<HTMLButtonElement>('#run, #all, #sample')]
  label.textContent = what
  bar.removeAttribute('value')
  box.hidden = false
  stop.hidden = false
  for (const button of waiting) button.disabled = true
  try {
    return await work(
      proxy((step, share) => {
        label.textContent = `${what}: ${step}`
        bar.value = share
      })
    )
  } finally {
    box.hidden = true
    stop.hidden = true
    for (const button of waiting) button.disabled = false
  }
}

import { messageOf } from './dom.js'

/** Does something that may fail, and tells a failure in `where`; not one of work that is `current` no more. */
export async function attempt(
  where: HTMLElement,
  work: () => Promise<void>,
  current: () => boolean = () => true
): Promise<void> {
  where.textContent = ''
  try {
    await work()
  } catch (error) {
    if (current()) where.textContent = messageOf(error)
  }
}

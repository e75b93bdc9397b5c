import { SlimbedError } from '@slimbed/core'
import { messageOf } from '../errors.js'
import { locate } from '../plugins/locate.js'

/** What `@slimbed/train` exports. */
export type Training = typeof import('@slimbed/train')

/** `@slimbed/train`, which is installed apart. Rejects with `missing-package`, and `bad-input` when it does not load. */
export async function loadTraining(): Promise<Training> {
  const url = locate('@slimbed/train')
  if (url === undefined) {
    throw new SlimbedError('missing-package', 'training is not installed: npm install @slimbed/train')
  }
  try {
    return await import(url)
  } catch (error) {
    throw new SlimbedError('bad-input', `@slimbed/train does not load: ${messageOf(error)}`, { cause: error })
  }
}

import { SlimbedError } from '@slimbed/core'
import { refusalOf } from '@slimbed/io'
import { modelFormatOf, startOf } from '../open/model-format.js'
import { checkInputs } from '../open/paths.js'
import type { ModelFormat, RewriteFlags } from '../rewrite/format.js'
import { modelFormats, modelOptions } from '../rewrite/formats.js'
import type { Session } from '../session/session.js'

/** The format of a model. Rejects with `unsupported` for one that is not rewritten. */
async function formatOf(path: string): Promise<ModelFormat> {
  const start = await startOf(path)
  const found = modelFormatOf(start)
  if (found) return found
  const is = start.folder ? 'a folder without such a model' : refusalOf(start.head)
  const names = modelFormats.map(({ name }) => name).join(', ')
  const what = is === undefined ? 'it is none of these' : `this is ${is}`
  throw new SlimbedError('unsupported', `${path}: expected a model (${names}); ${what}`)
}

/** Throws `bad-option` for a flag that is another format's. */
function checkGiven(path: string, format: ModelFormat, given: readonly string[]): void {
  for (const option of modelOptions) {
    const name = option.attributeName()
    if (format.options.includes(option) || !given.includes(name)) continue
    const own = format.options.map(({ long }) => long).join(', ')
    const instead = format.instead?.[name] ?? `its flags are ${own}`
    throw new SlimbedError('bad-option', `${option.long} is not for ${format.name}, which ${path} is: ${instead}`)
  }
}

/** `slimbed rewrite`: writes a model with a smaller table, in its own format. `given` are the names of the flags that the user gave. */
export async function rewriteCommand(
  path: string,
  flags: RewriteFlags,
  given: readonly string[],
  session: Session
): Promise<void> {
  await checkInputs([path], session)
  const format = await formatOf(path)
  checkGiven(path, format, given)
  await format.run(path, flags, session)
}

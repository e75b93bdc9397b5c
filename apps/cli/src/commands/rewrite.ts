import { SlimbedError } from '@slimbed/core'
import { refusalOf } from '@slimbed/io'
import { fileSource, isFolder } from '@slimbed/io/node'
import { checkInputs } from '../open/paths.js'
import type { ModelFormat, ModelStart, RewriteFlags } from '../rewrite/format.js'
import { modelFormats, modelOptions } from '../rewrite/formats.js'
import type { Session } from '../session/session.js'

/** How many bytes are read to recognize a format. */
const headBytes = 4096

async function startOf(path: string): Promise<ModelStart> {
  if (await isFolder(path)) return { path, folder: true, head: new Uint8Array() }
  const source = await fileSource(path)
  try {
    return { path, folder: false, head: await source.read(0, Math.min(headBytes, source.size)) }
  } finally {
    await source.close()
  }
}

/** The format of a model. Throws `unsupported` for one that is not rewritten. */
function formatOf(start: ModelStart): ModelFormat {
  const found = modelFormats.find((format) => format.detect(start))
  if (found) return found
  const is = start.folder ? 'a folder without such a model' : refusalOf(start.head)
  const names = modelFormats.map(({ name }) => name).join(', ')
  const what = is === undefined ? 'it is none of these' : `this is ${is}`
  throw new SlimbedError('unsupported', `${start.path}: expected a model (${names}); ${what}`)
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
  const format = formatOf(await startOf(path))
  checkGiven(path, format, given)
  await format.run(path, flags, session)
}

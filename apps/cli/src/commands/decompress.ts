import { extname } from 'node:path'
import { expand } from '@slimbed/core'
import { formatFor } from '@slimbed/io'
import { isFolder, writeVectors } from '@slimbed/io/node'
import type { DecompressFlags } from '../flags/decompress.js'
import { openArtefact, tablesIn } from '../open/artefact.js'
import { closing } from '../open/closing.js'
import { checkInputs, checkOutput } from '../open/paths.js'
import { openTensor } from '../open/tensor.js'
import { print, type Session } from '../session/session.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, shape } from '../show/text/units.js'
import { decompressModel } from './decompress-model.js'

/** Formats that hold no words. */
const wordless = ['npy', 'faiss']

/** Whether an output is a folder: it is there, or its name has no ending. */
const meansFolder = async (output: string): Promise<boolean> =>
  output !== '' && output !== '-' && (/[/\\]$/.test(output) || extname(output) === '' || (await isFolder(output)))

/** Writes the vectors of an artefact, block by block: `slimbed decompress`. */
export async function decompressCommand(path: string, flags: DecompressFlags, session: Session): Promise<void> {
  const { output } = flags
  const { signal, progress } = session
  await checkInputs([path], session)
  if (flags.format === undefined && (await meansFolder(output))) {
    const { decompressStatic } = await import('./decompress-static.js')
    if (await decompressStatic(path, output, flags, session)) return
  }
  const format = flags.format ?? (output === '-' ? 'txt' : formatFor(output))
  await checkOutput(output, [path])
  const whole = flags.tensor === undefined && format === 'safetensors'
  if (whole && ((await tablesIn(path)) ?? []).length > 0) {
    return closing(openTensor(flags), (tensor) => decompressModel(path, output, tensor, session))
  }
  await closing(openArtefact(path, session, flags.tensor), async ({ table, vocabulary, sizes }) => {
    const size = table.rows * table.dim * 4
    const written = await closing(openTensor(flags), async (tensor) =>
      writeVectors(
        output,
        { matrix: await expand(table, tensor), vocabulary, table },
        { format, signal, progress: progress.phase('writing', size), warn: session.warn }
      )
    )
    progress.clear()
    const lines = [
      [path, bytes(sizes.file), ''],
      [output, bytes(written), `${shape(table)}${wordless.includes(format) && vocabulary ? ', without the words' : ''}`]
    ]
    await print(alignColumns(lines, 'lrl'), output)
  })
}

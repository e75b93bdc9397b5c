import { createTensor, expand } from '@slimbed/core'
import { formatFor } from '@slimbed/io'
import { writeVectors } from '@slimbed/io/node'
import { readArtefact, tablesIn } from '../artefact.js'
import { closing } from '../closing.js'
import type { ComputeFlags } from '../flags.js'
import { decompressModel } from '../model/decompress.js'
import { checkOutput } from '../paths.js'
import { print, type Session } from '../session.js'
import { alignColumns } from '../text/table.js'
import { bytes, shape } from '../text/units.js'

/** The flags of `slimbed decompress`. */
export interface DecompressFlags extends ComputeFlags {
  readonly output: string
  /** The table of a model that is written alone. */
  readonly tensor?: string
}

/** Writes the vectors of an artefact, block by block: `slimbed decompress`. */
export async function decompressCommand(path: string, flags: DecompressFlags, session: Session): Promise<void> {
  const { output } = flags
  const { signal, progress } = session
  const format = formatFor(output)
  await checkOutput(output, [path])
  const whole = flags.tensor === undefined && format === 'safetensors'
  if (whole && ((await tablesIn(path)) ?? []).length > 0) {
    return closing(createTensor(flags), (tensor) => decompressModel(path, output, tensor, session))
  }
  const { table, vocabulary, sizes } = await readArtefact(path, session, flags.tensor)
  const size = table.rows * table.dim * 4
  const written = await closing(createTensor(flags), async (tensor) =>
    writeVectors(
      output,
      { matrix: await expand(table, tensor), vocabulary },
      { format, signal, progress: progress.phase('writing', size) }
    )
  )
  progress.clear()
  const lines = [
    [path, bytes(sizes.file), ''],
    [output, bytes(written), `${shape(table)}${format === 'npy' && vocabulary ? ', without the words' : ''}`]
  ]
  await print(alignColumns(lines, 'lrl'))
}

import { expand, type TensorAdapter } from '@slimbed/core'
import { encodeModel, matrixTensor, storedPlain } from '@slimbed/io'
import { writeAtomically } from '@slimbed/io/node'
import { openArtefactModel } from '../open/artefact.js'
import { closing } from '../open/closing.js'
import { print, type Session } from '../session/session.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, counted } from '../show/text/units.js'

/** Writes a model with its tables as float32 matrices again: `slimbed decompress` of a file of several tables. */
export async function decompressModel(
  path: string,
  output: string,
  tensor: TensorAdapter,
  session: Session
): Promise<void> {
  const { signal, progress } = session
  await closing(openArtefactModel(path, session), async ({ tables, entries, metadata, vocabulary, source }) => {
    const tensors = entries.map((entry) => storedPlain(source, entry, { signal }))
    for (const [name, table] of tables) tensors.push(matrixTensor(name, await expand(table, tensor)))
    const total = tensors.reduce((sum, each) => sum + each.bytes, 0)
    const options = { signal, progress: progress.phase('writing', total) }
    const written = await writeAtomically(output, (sink) => encodeModel(tensors, metadata, sink, options), { signal })
    progress.clear()
    const words = vocabulary ? ', without the words' : ''
    const lines = [
      [path, bytes(source.size), ''],
      [output, bytes(written), `${counted(tensors.length, 'tensor')}, ${tables.size} of them decompressed${words}`]
    ]
    await print(alignColumns(lines, 'lrl'), output)
  })
}

import { expand, type TensorAdapter } from '@slimbed/core'
import { hasEncoder, storedEncoder } from '@slimbed/encoder'
import type { WritableStaticModel } from '@slimbed/io'
import { writeStaticModel } from '@slimbed/io/node'
import { isObject, type Table } from '@slimbed/runtime'
import { tokenizerJson } from '@slimbed/tokenizer/pack'
import type { ComputeFlags } from '../flags/shared.js'
import { type OpenArtefact, openArtefact } from '../open/artefact.js'
import { closing } from '../open/closing.js'
import { openTensor } from '../open/tensor.js'
import { print, type Session } from '../session/session.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, shape } from '../show/text/units.js'

/** The rows that tokens share, and the row of each token; all rows where they share none. */
function sourceOf(table: Table): { readonly source: Table; readonly mapping?: Uint32Array } {
  const { index } = table.tensors
  if (table.kind !== 'gather' || !index) return { source: table }
  return { source: table.children.source, mapping: Uint32Array.from(index.data) }
}

/** A static model as its folder has it. */
async function modelOf({ table, extra }: OpenArtefact, tensor: TensorAdapter): Promise<WritableStaticModel> {
  const { settings, tokenizer, weights } = storedEncoder({ extra })
  const { layout, config } = settings.model ?? {}
  const { source, mapping } = sourceOf(table)
  return {
    layout: layout === 'sentence-transformers' ? layout : 'model2vec',
    config: isObject(config) ? config : { max_length: settings.maxLength ?? null },
    settings,
    matrix: await expand(source, tensor),
    tokenizer: new TextEncoder().encode(JSON.stringify(tokenizerJson(tokenizer))),
    ...(weights && { weights }),
    ...(mapping && { mapping })
  }
}

/** `slimbed decompress` of a static model into a folder, which its library loads; false for another artefact. */
export async function decompressStatic(
  path: string,
  folder: string,
  flags: ComputeFlags,
  session: Session
): Promise<boolean> {
  return closing(openArtefact(path, session, undefined, true), async (artefact) => {
    if (!hasEncoder(artefact)) return false
    const model = await closing(openTensor(flags), async (tensor) => {
      const model = await modelOf(artefact, tensor)
      await writeStaticModel(folder, model)
      return model
    })
    session.progress.clear()
    const lines = [
      [path, bytes(artefact.sizes.file), ''],
      [folder, '', `${shape(model.matrix)}, a model of ${model.layout}`]
    ]
    await print(alignColumns(lines, 'lrl'))
    return true
  })
}

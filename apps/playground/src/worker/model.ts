import { createEncoder, encoderExtra } from '@slimbed/encoder'
import { blobSource, type Folder, readStaticModel, type StaticModel } from '@slimbed/io'
import { gather, type Table } from '@slimbed/runtime'
import { tokenizerFrom } from '@slimbed/tokenizer'
import { packTokenizer } from '@slimbed/tokenizer/pack'
import type { FolderFile, Given, Progress } from './api.js'
import { type Input, tableOf } from './table.js'
import type { Texts } from './texts.js'
import { filesInZip, type Openable } from './zip.js'

/** The files of a model, whose folder may be inside of another: the nearest to the top. */
function folderOf(files: ReadonlyMap<string, Openable>): Folder {
  const roots = [...files.keys()].flatMap(
    (path) => path.match(/^(.*?)(?:0_StaticEmbedding\/)?model\.safetensors$/)?.[1] ?? []
  )
  const root = roots.sort((a, b) => a.length - b.length)[0] ?? ''
  return async (path) => files.get(`${root}${path}`)?.()
}

const openable = (files: readonly FolderFile[]) =>
  new Map(files.map(({ path, file }) => [path, async () => blobSource(path, file)] as const))

async function isZip(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  return String.fromCharCode(...head) === 'PK\u0003\u0004'
}

function textsOf(
  { tokenizer, settings, weights, mapping, layout, config, unscaled }: StaticModel,
  table: Table
): Texts {
  const json: unknown = JSON.parse(new TextDecoder().decode(tokenizer))
  const model = { layout, config, ...(unscaled && { unscaled }) }
  const index = mapping && (table.rows <= 2 ** 16 ? Uint16Array.from(mapping) : mapping)
  const shared = (rows: Table) => (index ? gather(index, rows) : rows)
  return {
    before: createEncoder({ table: shared(table), tokenizer: tokenizerFrom(json), settings, weights }),
    extra: encoderExtra({ settings: { ...settings, model }, tokenizer: packTokenizer(json), weights }),
    shared
  }
}

/** Reads a static model that was given, its folder or a zip of it, into memory; undefined for anything else. */
export async function modelIn(
  { file, folder }: Given,
  progress: Progress,
  signal: AbortSignal
): Promise<(Input & { readonly bytes: number; readonly warnings: readonly string[] }) | undefined> {
  const { name } = file
  if (!folder && !(await isZip(file))) return undefined
  const files = folder ? openable(folder) : await filesInZip(name, file)
  const model = await readStaticModel(name, folderOf(files))
  try {
    const table = await tableOf(model.matrix, progress, signal)
    const { mapping, tokens, bytes, unscaled } = model
    const warnings = unscaled ? ['its rows are int8 without a scale: directions are right, lengths are not'] : []
    return { name, table, vocabulary: mapping ? undefined : tokens, texts: textsOf(model, table), bytes, warnings }
  } finally {
    await model.close()
  }
}

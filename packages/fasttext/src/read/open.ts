import { SlimbedError, type Source } from '@slimbed/runtime'
import { checkEndianness } from '@slimbed/runtime/format'
import type { FastTextModel, StoredMatrix } from '../model.js'
import { readArgs } from './args.js'
import { type Dictionary, readDictionary } from './dictionary.js'
import { type Forward, forwardOf } from './forward.js'
import { readFlag, readMatrix } from './matrix.js'

/** Rows of the input after those of the words. */
const bucketRows = ({ kept }: Pick<Dictionary, 'kept'>, bucket: number): number => kept?.buckets.length ?? bucket

function checkOutput(file: Forward, { rows, dim }: StoredMatrix, model: Omit<FastTextModel, 'output' | 'close'>): void {
  const { args, words, labels } = model
  const supervised = args.model === 'supervised'
  // What is only looked up needs no output.
  if (!supervised && rows === 0) return
  const wanted = supervised ? labels.size : words.size
  if (rows !== wanted || dim !== args.dim) file.fail(`an output of ${rows} × ${dim}, expected ${wanted} × ${args.dim}`)
}

/** Reads a model, whose source stays open where it cannot be read. Rejects as `openFastText` does. */
export async function readModel(source: Source): Promise<FastTextModel> {
  checkEndianness()
  const file = forwardOf(source)
  const { name } = source
  const { version, args } = await readArgs(file)
  const dictionary = await readDictionary(file, args)
  const { words, labels, kept } = dictionary
  if (args.model === 'supervised' ? labels.size === 0 : words.size === 0) file.fail('a model without words or labels')
  const input = await readMatrix(file, source, await readFlag(file))
  const inputRows = words.size + bucketRows(dictionary, args.bucket)
  if (input.rows !== inputRows || input.dim !== args.dim) {
    file.fail(`an input of ${input.rows} × ${input.dim}, expected ${inputRows} × ${args.dim}`)
  }
  if (kept && input.kind === 'dense') {
    throw new SlimbedError(
      'unsupported',
      `${name}: a pruned model that is not quantized, which fastText does not read either`
    )
  }
  const quantizedOutput = await readFlag(file)
  const model = { name, version, args, ...dictionary, input }
  const output = await readMatrix(file, source, quantizedOutput && input.kind === 'quantized')
  checkOutput(file, output, model)
  if (file.left() > 0) file.fail(`expected the end of the file; there are ${file.left()} bytes more`)
  return { ...model, output, close: async () => source.close?.() }
}

/**
 * Opens a fastText model, `.bin` or `.ftz`, of version 11 or 12. Words, labels and quantized matrices are read into memory; rows of other
 * matrices are read when they are asked for. Close it when done; the source is closed if it cannot be read.
 *
 * Rejects with `corrupt-file` for what does not fit together, naming the byte, `unsupported` for another version, and as the source does.
 */
export async function openFastText(source: Source): Promise<FastTextModel> {
  try {
    return await readModel(source)
  } catch (error) {
    await source.close?.()
    throw error
  }
}

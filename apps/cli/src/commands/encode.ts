import { type Matrix, throwIfAborted } from '@slimbed/core'
import type { Encoder } from '@slimbed/encoder'
import { formatFor, type VectorFormat } from '@slimbed/io'
import { writeVectors } from '@slimbed/io/node'
import { SlimbedError } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import type { EncodeFlags } from '../flags/encode.js'
import { openEncoder } from '../open/encoder.js'
import { checkInputs, checkOutput } from '../open/paths.js'
import { type Given, stdinLines } from '../open/stdin-lines.js'
import { print, printJson, type Session } from '../session/session.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, counted, shape } from '../show/text/units.js'

/** How many texts are printed at a time. */
const some = 1000

/** The vectors of texts, made when they are read. */
const matrixOf = ({ dim, encode }: Encoder, texts: readonly string[], { signal }: Session): Matrix => ({
  rows: texts.length,
  dim,
  async read(start, count, into) {
    throwIfAborted(signal)
    return encode(texts.slice(start, start + count), { out: into })
  }
})

/** The format of a file of vectors. Throws `bad-option` for those that have no place for texts. */
function formatOf(output: string, { format = formatFor(output) }: EncodeFlags): VectorFormat {
  if (format === 'npy' || format === 'safetensors') return format
  throw new SlimbedError('bad-option', `-o ${output}: vectors of texts are written as .npy or .safetensors`)
}

/** Prints vectors, a text on a line. */
async function printVectors(matrix: Matrix, session: Session): Promise<void> {
  const { rows, dim } = matrix
  for (let start = 0; start < rows; start += some) {
    const count = Math.min(some, rows - start)
    const values = await matrix.read(start, count)
    const lines = Array.from({ length: count }, (_, i) => values.subarray(i * dim, (i + 1) * dim).join(' '))
    session.progress.clear()
    await print(lines.join('\n'))
  }
}

/** `slimbed encode`: turns texts into vectors. */
export async function encodeCommand(path: string, given: Given, flags: EncodeFlags, session: Session): Promise<void> {
  const { output, json } = flags
  await checkInputs([path], session)
  const format = output === undefined ? undefined : formatOf(output, flags)
  if (output !== undefined) await checkOutput(output, [path])
  const lines = await stdinLines(given, 'text', session, { blank: true })
  const texts = lines?.map(({ text }) => text) ?? given.args
  const encoder = await openEncoder(path, session)
  const matrix = matrixOf(encoder, texts, session)
  if (output !== undefined) {
    const content = { matrix, vocabulary: format === 'safetensors' ? vocabularyOf(texts) : undefined }
    const written = await writeVectors(output, content, { format, signal: session.signal })
    session.progress.clear()
    const report = { model: path, texts: texts.length, dim: encoder.dim, output: { path: output, bytes: written } }
    const line = [output, bytes(written), `${shape(matrix)}, of ${counted(texts.length, 'text')}`]
    await (json ? printJson(report, output) : print(alignColumns([line], 'lrl'), output))
    return
  }
  if (!json) return printVectors(matrix, session)
  const vectors = texts.map((text) => ({ text, vector: [...encoder.encode(text)] }))
  await printJson({ model: path, dim: encoder.dim, vectors })
}

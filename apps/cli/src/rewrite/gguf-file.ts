import { SlimbedError } from '@slimbed/core'
import {
  type GgufHeader,
  ggufTypesFor,
  ggufWords,
  readGgufHeader,
  rewriteGguf,
  tokenTable,
  type WrittenType,
  writtenTypes
} from '@slimbed/gguf'
import { fileSource, writeAtomically } from '@slimbed/io/node'
import type { Source } from '@slimbed/runtime'
import { bytesAsked } from '../flags/asked.js'
import { closing } from '../open/closing.js'
import { checkInputs, checkOutput } from '../open/paths.js'
import { matches } from '../open/select-tensors.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type RewriteReport, showRewriting } from '../show/rewriting.js'
import { counted } from '../show/text/units.js'
import type { ModelContents, RewriteFlags } from './format.js'

/** The flags of `slimbed rewrite` for GGUF. */
export interface GgufFlags extends RewriteFlags {
  readonly type?: string
  readonly target?: number
  readonly ratio?: number
  readonly tensor: readonly string[]
  readonly weights?: string
}

/** What is in a GGUF model. */
export const describeGguf = (path: string): Promise<ModelContents> =>
  closing(fileSource(path), async (source) => {
    const { version, metadata, tensors } = await readGgufHeader(source)
    const architecture = metadata.get('general.architecture')
    const tokens = metadata.get('tokenizer.ggml.tokens')
    return {
      bytes: source.size,
      facts: [
        `GGUF ${version}`,
        ...(typeof architecture === 'string' ? [architecture] : []),
        ...(typeof tokens === 'object' ? [counted(tokens.count, 'token')] : [])
      ],
      tensors: tensors.map(({ name, shape, type, begin, end }) => ({
        name,
        shape,
        type,
        ...(end !== undefined && { bytes: end - begin })
      }))
    }
  })

/** The names of the matrices that patterns mean, in the order of the file; a name that fits none is left for its error. */
function chosen({ tensors }: GgufHeader, patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [tokenTable]
  const names = tensors.filter(({ shape }) => shape.length === 2).map(({ name }) => name)
  const lost = patterns.filter((pattern) => !names.some((name) => matches(pattern, name)))
  return [...lost, ...names.filter((name) => patterns.some((pattern) => matches(pattern, name)))]
}

/** The weights of the rows of each table. */
async function weightsFor(
  path: string,
  header: GgufHeader,
  names: readonly string[],
  flag: string | undefined,
  session: Session
) {
  const found = new Map<string, Float32Array>()
  if (flag === undefined) return found
  for (const name of names) {
    const rows = header.byName.get(name)?.shape[0] ?? 0
    const vocabulary = ggufWords(header, name, path)?.words
    const { values } = await weightsOf(flag, { path, rows, vocabulary }, false, session)
    if (values) found.set(name, values)
  }
  return found
}

/** The type of each table: the one that was given, or those that lose least at a size. */
async function typesFor(
  source: Source & { readonly size: number },
  header: GgufHeader,
  tables: readonly string[],
  flags: GgufFlags
): Promise<(table: string) => WrittenType> {
  const bytes = bytesAsked(flags, source.size)
  if (bytes === undefined) {
    const { type: given = usual } = flags
    const type = writtenTypes.find((each) => each.toLowerCase() === given)
    if (type) return () => type
    throw new SlimbedError('bad-option', `--type ${given}: expected one of ${writtenTypes.join(', ')}`)
  }
  if (flags.type !== undefined)
    throw new SlimbedError('bad-option', '--type gives a type, and a size asks for one: leave one of them out')
  const types = await ggufTypesFor(source, header, { tables, bytes })
  return (table) => types.get(table) ?? writtenTypes[0]
}

/** The type without `--type` and a size. */
const usual = 'iq4_nl'

/** Files of so many bytes are worth threads that are started at once. */
const worthThreads = 64 * 2 ** 20

/** `slimbed rewrite` of a GGUF model: its token table, or the tables named, in another type of llama.cpp. */
export async function rewriteGgufFile(path: string, flags: GgufFlags, session: Session): Promise<void> {
  const { output, weights } = flags
  const { signal, progress } = session
  const sinceStart = stopwatch()
  await checkInputs([countsFile(weights)], session)
  await checkOutput(output, [path, countsFile(weights)])
  await closing(fileSource(path), (source) =>
    closing(openTensor({ ...flags, eager: source.size >= worthThreads }), async (tensor) => {
      const header = await readGgufHeader(source)
      const tables = chosen(header, flags.tensor)
      const type = await typesFor(source, header, tables, flags)
      const counts = await weightsFor(path, header, tables, weights, session)
      const made = await writeAtomically(output, (sink) =>
        rewriteGguf(source, sink, {
          type,
          tensor,
          tables,
          weightsOf: (name) => counts.get(name),
          signal,
          onProgress: (phase, done, total) => progress.phase(phase, total)(done, total)
        })
      )
      progress.clear()
      const report: RewriteReport = {
        input: { path, format: 'gguf', bytes: source.size },
        output: { path: output, bytes: made.bytes },
        ratio: source.size / made.bytes,
        tables: made.tables.map(({ measured, ...table }) => ({ ...table, ...measured })),
        verified: 'every row of the tables was read back from the file and is what was meant',
        backend: tensor.backend,
        threads: tensor.threads,
        seconds: { total: sinceStart() },
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024
      }
      await (flags.json ? printJson(report, output) : print(showRewriting(report), output))
    })
  )
}

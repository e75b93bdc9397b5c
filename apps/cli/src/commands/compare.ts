import type { TensorAdapter } from '@slimbed/core'
import { type Distortion, type Measurement, measure, neighbourOverlap } from '@slimbed/core/measure'
import type { CompareFlags } from '../flags/compare.js'
import { chosenTable, tablesIn } from '../open/artefact.js'
import { closing } from '../open/closing.js'
import { checkInputs } from '../open/paths.js'
import { checkSameWords } from '../open/same-words.js'
import { matrixOfOpened, type Opened, openTable } from '../open/table.js'
import { openTensor } from '../open/tensor.js'
import { print, printJson, type Session } from '../session/session.js'
import { showBands } from '../show/bands.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, decimal, percent, shape, smaller } from '../show/text/units.js'

/** What `slimbed compare --json` prints. */
export interface Comparison {
  readonly original: { path: string; format: string; rows: number; dim: number; bytes: number }
  readonly artefact: { path: string; format: string; bytes: number; tableBytes: number; vocabularyBytes: number }
  /** `rows · dim · 4 / tableBytes`. */
  readonly ratio: number
  /** null, like all errors and cosines, for codes, which keep only similarities between rows. */
  readonly relativeError: number
  /** By the counts in the artefact, if it has them. */
  readonly weightedError: number
  readonly meanCosine: number
  readonly maxError: number
  /** The share of the `k` nearest rows that are kept, over rows spread evenly. */
  readonly neighbourOverlap: number
  readonly k: number
  readonly bands: readonly Distortion[]
}

type Measured = Pick<Measurement, 'relativeError' | 'weightedError' | 'meanCosine' | 'maxError' | 'bands'>

async function compareOpened(
  original: Opened,
  artefact: Opened,
  tensor: TensorAdapter,
  { signal, progress }: Session
): Promise<Comparison> {
  checkSameWords(original, artefact)
  const { path, format, rows, dim } = original
  const { table, vocabulary } = artefact
  const matrix = await matrixOfOpened(original, tensor)
  const counts = vocabulary?.counts ?? original.vocabulary?.counts
  const size = rows * dim * 4
  const unknown = { relativeError: Number.NaN, meanCosine: Number.NaN, maxError: Number.NaN, bands: [] }
  const measured: Measured = artefact.similarityOnly
    ? unknown
    : await measure(matrix, table, {
        tensor,
        weights: counts && Float32Array.from(counts),
        signal,
        progress: progress.phase('measuring', size)
      })
  const k = 10
  const overlap = await neighbourOverlap(matrix, table, {
    tensor,
    k,
    signal,
    progress: progress.phase('neighbours', size)
  })
  const { relativeError, weightedError = relativeError, meanCosine, maxError = Number.NaN, bands } = measured
  const { tableBytes, vocabularyBytes } = artefact
  return {
    original: { path, format, rows, dim, bytes: original.bytes },
    artefact: { path: artefact.path, format: artefact.format, bytes: artefact.bytes, tableBytes, vocabularyBytes },
    ratio: size / tableBytes,
    relativeError,
    weightedError,
    meanCosine,
    maxError,
    neighbourOverlap: overlap,
    k,
    bands
  }
}

function show(made: Comparison, weighted: boolean): string {
  const { original, artefact, k } = made
  const files = [
    [original.path, bytes(original.bytes), shape(original)],
    [artefact.path, bytes(artefact.bytes), `${smaller(made.ratio)} than float32`]
  ]
  const figures = [
    ['relative error', decimal(made.relativeError)],
    ...(weighted ? [['weighted by count', decimal(made.weightedError)]] : []),
    ['mean cosine', decimal(made.meanCosine)],
    ['largest error of a value', decimal(made.maxError)],
    [`of ${k} neighbours, kept`, percent(made.neighbourOverlap)]
  ]
  const bands = made.bands.length > 0 ? [showBands(made.bands, weighted)] : []
  return [alignColumns(files, 'lrl'), alignColumns(figures, 'lr'), ...bands].join('\n\n')
}

/** Compares a compressed file with what it was made from, with `weighted` where counts are known. Rejects as opening does. */
export async function compared(
  originalPath: string,
  artefactPath: string,
  flags: CompareFlags,
  session: Session
): Promise<{ readonly made: Comparison; readonly weighted: boolean }> {
  await checkInputs([originalPath, artefactPath, flags.vocab], session)
  const tables = (await tablesIn(artefactPath)) ?? []
  // The table of a model has the name of the tensor that it replaces.
  const chosen = tables.length > 0 ? chosenTable(artefactPath, tables, flags.tensor) : undefined
  const reading =
    chosen === undefined || (await tablesIn(originalPath))?.length === 0 ? flags : { ...flags, tensor: chosen }
  return closing(openTensor(flags), (tensor) =>
    closing(openTable(originalPath, reading, session), (original) =>
      closing(openTable(artefactPath, chosen === undefined ? {} : { tensor: chosen }, session), async (artefact) => {
        const made = await compareOpened(original, artefact, tensor, session)
        session.progress.clear()
        return { made, weighted: (artefact.vocabulary?.counts ?? original.vocabulary?.counts) !== undefined }
      })
    )
  )
}

/** Measures what a table lost against the one that it was made from: `slimbed compare`. */
export async function compareCommand(
  originalPath: string,
  artefactPath: string,
  flags: CompareFlags,
  session: Session
): Promise<void> {
  const { made, weighted } = await compared(originalPath, artefactPath, flags, session)
  await (flags.json ? printJson(made) : print(show(made, weighted)))
}

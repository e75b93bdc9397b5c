import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Matrix } from '@slimbed/core'
import type { Front, FrontPoint, ParsedTasks } from '@slimbed/eval'
import { writeAtomically } from '@slimbed/io/node'
import type { Considered } from '@slimbed/plan'
import { SlimbedError, type Vocabulary } from '@slimbed/runtime'

/** What results are of: they are kept only for the same. Digests are SHA-256. */
export interface Subject {
  /** Of the rows, their words and weights. */
  readonly table: string
  readonly tasks: string | null
  readonly seed: number
  readonly measure: Front['measure']
}

/** The pipelines that are to be run at a size. */
export interface Size {
  readonly ratio: number
  /** The compressors that were there to choose from. */
  readonly compressors: readonly string[]
  readonly choices: readonly Considered[]
}

/** A pipeline that was run. */
export interface Point extends FrontPoint {
  /** Packages that took part. */
  readonly versions: Readonly<Record<string, string>>
}

/** What a sweep has found so far: what is kept, and what `slimbed sweep --json` prints. */
export interface Sweep extends Front {
  readonly slimbed: 'sweep'
  readonly subject: Subject
  readonly sizes: readonly Size[]
  readonly points: readonly Point[]
}

/** The digest of rows, words and weights. */
export async function digestOf(
  matrix: Matrix,
  words: Vocabulary | undefined,
  weights: Float32Array | undefined
): Promise<string> {
  const { rows, dim } = matrix
  const hash = createHash('sha256').update(JSON.stringify([rows, dim, words?.size ?? 0, weights !== undefined]))
  const step = Math.max(1, Math.floor(2 ** 20 / Math.max(1, dim)))
  for (let start = 0; start < rows; start += step) {
    hash.update(await matrix.read(start, Math.min(step, rows - start)))
  }
  for (let row = 0; row < (words?.size ?? 0); row++) hash.update(`${words?.word(row)}\n`)
  if (weights) hash.update(weights)
  if (words?.counts) hash.update(Float64Array.from(words.counts))
  return hash.digest('hex')
}

/** The digest of tasks; null where there are none. */
export const digestOfTasks = ({ tasks }: ParsedTasks): string | null =>
  tasks.length === 0 ? null : createHash('sha256').update(JSON.stringify(tasks)).digest('hex')

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const figures = ['bytes', 'relativeError', 'meanCosine', 'neighboursKept', 'seconds']
const isPoint = (value: unknown) =>
  isObject(value) &&
  typeof value.pipeline === 'string' &&
  typeof value.family === 'string' &&
  isObject(value.versions) &&
  figures.every((name) => Number.isFinite(value[name]))
const isSize = (value: unknown) =>
  isObject(value) &&
  Number.isFinite(value.ratio) &&
  Array.isArray(value.compressors) &&
  Array.isArray(value.choices) &&
  value.choices.every((choice) => isObject(choice) && typeof choice.pipeline === 'string')

const isSweep = (value: unknown): value is Sweep =>
  isObject(value) &&
  value.slimbed === 'sweep' &&
  isObject(value.subject) &&
  Array.isArray(value.sizes) &&
  value.sizes.every(isSize) &&
  Array.isArray(value.points) &&
  value.points.every(isPoint)

const told: Readonly<Record<keyof Subject, string>> = {
  table: 'rows, words or weights',
  tasks: 'tasks',
  seed: 'a --seed',
  measure: 'a --measure'
}

/** What an earlier run left at `path`; undefined where there is no file. Rejects with `bad-input` for anything but results of the same subject. */
export async function readKept(path: string, subject: Subject): Promise<Sweep | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new SlimbedError('io', `${path}: the results that are kept there cannot be read: ${error.message}`)
  })
  if (text === undefined) return undefined
  const remedy = 'remove it, or choose another name by -o'
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    found = undefined
  }
  if (!isSweep(found)) {
    throw new SlimbedError('bad-input', `${path}: expected results that slimbed sweep has kept, or no file: ${remedy}`)
  }
  const other = (['table', 'tasks', 'seed', 'measure'] as const).find((name) => found.subject[name] !== subject[name])
  if (other === undefined) return found
  throw new SlimbedError('bad-input', `${path}: the results that are kept there are of other ${told[other]}: ${remedy}`)
}

/** Writes what has been found; what was there before stays until it is written. */
export async function keep(path: string | undefined, sweep: Sweep): Promise<void> {
  if (path === undefined) return
  const text = new TextEncoder().encode(`${JSON.stringify(sweep, null, 1)}\n`)
  await writeAtomically(path, (sink) => sink.write(text, 0))
}

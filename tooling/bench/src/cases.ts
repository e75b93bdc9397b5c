import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Case } from './compare.js'
import type { Contender } from './contender.js'
import { fileBytes, tableFile } from './files.js'

/** Where files go and which commands stand for us and for the peers. */
export interface Setting {
  readonly folder: string
  readonly python: string
  /** Engines present, fastest first, as `--backend` names them. */
  readonly backends: readonly string[]
}

/** The size of the tables: `small` for a quick look, `full` for the figures of the README, `huge` beside them. */
export type Size = 'small' | 'full' | 'huge'

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const slimbed = here('../../apps/cli/dist/bin.js')
const threadCounts = [...new Set([1, cpus().length])]

const peer = (setting: Setting, name: string, script: string, ...args: string[]): Contender => ({
  name,
  peer: true,
  command: [setting.python, here(`peers/${script}`), ...args]
})

const ours = (name: string, script: string, ...args: string[]): Contender => ({
  name,
  command: [process.execPath, here(`dist/${script}`), ...args]
})

function compress(setting: Setting, input: string, pipeline: string, backend: string, threads: number): Contender {
  const out = join(setting.folder, 'out.safetensors')
  const flags = ['--backend', backend, '--threads', String(threads), '--json', '--quiet']
  return {
    name: `slimbed (${backend}, ${threads} thread${threads > 1 ? 's' : ''})`,
    command: [process.execPath, slimbed, 'compress', input, '-o', out, '-p', pipeline, ...flags]
  }
}

const onEveryEngine = (setting: Setting, input: string, pipeline: string): Contender[] =>
  setting.backends.flatMap((backend) => threadCounts.map((n) => compress(setting, input, pipeline, backend, n)))

async function reading(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 1 }, 'txt')
  return {
    name: `read-${rows}`,
    what: `reading GloVe text, ${rows} × ${dim}`,
    bytes: fileBytes(file),
    contenders: [
      ...threadCounts.map((n) => ours(`slimbed (${n} thread${n > 1 ? 's' : ''})`, 'read.js', file, String(n))),
      peer(setting, 'gensim load_word2vec_format', 'gensim_read.py', file),
      peer(setting, 'numpy.loadtxt (numbers alone)', 'numpy_read.py', file, String(dim))
    ]
  }
}

async function factoring(setting: Setting, rows: number, dim: number, rank: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 2 }, 'npy')
  const args = [file, join(setting.folder, 'out.npz'), String(rank)]
  return {
    name: `lowrank-${rows}`,
    what: `lowrank(rank=${rank}) of ${rows} × ${dim} .npy, file to file`,
    bytes: fileBytes(file),
    contenders: [
      ...onEveryEngine(setting, file, `lowrank(rank=${rank})`),
      peer(setting, 'scikit-learn TruncatedSVD (randomized)', 'sklearn_svd.py', ...args),
      peer(setting, 'NumPy gram + eigh + project', 'numpy_svd.py', ...args),
      peer(setting, 'faiss PCAMatrix', 'faiss_pca.py', ...args)
    ]
  }
}

async function quantizing(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 3 }, 'npy')
  const out = join(setting.folder, 'out.bin')
  const bytes = String(rows * (dim + 4))
  const [backend] = setting.backends
  return {
    name: `fixedpoint-${rows}`,
    what: `fixedpoint(bits=8, scale=row) of ${rows} × ${dim} .npy, file to file`,
    bytes: fileBytes(file),
    contenders: [
      ...threadCounts.map((n) => compress(setting, file, 'fixedpoint(bits=8, scale=row)', backend, n)),
      peer(setting, 'reading the file, writing the output', 'copy_file.py', file, out, bytes),
      peer(setting, 'copying the file, writing the output', 'copy_and_write.py', file, `${out}.copy`, out, bytes),
      peer(setting, 'faiss ScalarQuantizer (8 bits)', 'faiss_quantize.py', file, out)
    ]
  }
}

/** Entropy-coded trellis quantization on the first engine; whole as the command runs it, with the comparison at the end. */
async function trellising(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 2 }, 'npy')
  const [backend] = setting.backends
  const pipeline = 'trellis(bits=2, states=64)'
  return {
    name: `trellis-${rows}`,
    what: `${pipeline} of ${rows} × ${dim} .npy, file to file`,
    bytes: fileBytes(file),
    contenders: threadCounts.map((n) => compress(setting, file, pipeline, backend, n))
  }
}

async function coding(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 2 }, 'npy')
  const threads = threadCounts.at(-1)!
  const named = (name: string, pipeline: string, backend: string): Contender => {
    const one = compress(setting, file, pipeline, backend, threads)
    return { ...one, name: `${name}, ${one.name}` }
  }
  const onEach = (name: string, pipeline: string) => setting.backends.map((backend) => named(name, pipeline, backend))
  const options = 'iterations=50, trainRows=50000, tolerance=0'
  return {
    name: `iiq-${rows}`,
    what: `iiq of ${rows} × ${dim} .npy, 50 iterations on 50,000 rows, beside lowrank(rank=${dim / 4}), file to file`,
    bytes: fileBytes(file),
    contenders: [
      ...onEach('iiq', `iiq(${options})`),
      ...onEach('iiq, accelerate=never', `iiq(${options}, accelerate=never)`),
      ...onEach('lowrank', `lowrank(rank=${dim / 4})`),
      peer(setting, 'faiss ITQTransform, sign', 'faiss_itq.py', file, join(setting.folder, 'out.bin'))
    ]
  }
}

/** An artefact of a generated table, made first where it is not there yet. */
async function artefact(setting: Setting, rows: number, dim: number, pipeline: string, seed = 5): Promise<string> {
  const input = await tableFile(setting.folder, { rows, dim, seed }, 'npy')
  const out = join(setting.folder, `${rows}x${dim}-${pipeline.replaceAll(/[^a-z0-9]+/g, '-')}.safetensors`)
  if (existsSync(out)) return out
  const words = join(setting.folder, `words-${rows}.txt`)
  writeFileSync(words, Array.from({ length: rows }, (_, row) => `word${row.toString(36)}\n`).join(''))
  const [backend] = setting.backends
  const flags = ['--vocab', words, '--backend', backend, '--quiet']
  execFileSync(process.execPath, [slimbed, 'compress', input, '-o', out, '-p', pipeline, ...flags])
  return out
}

/** Rows looked up at random in a table that is larger than the processor's cache, by one thread. */
async function lookingUp(setting: Setting, rows: number, dim: number, count: number): Promise<Case> {
  const input = await tableFile(setting.folder, { rows, dim, seed: 5 }, 'npy')
  const contenders: Contender[] = []
  const add = (label: string, file: string, mode: string) => {
    for (const [place, script] of [
      ['Node', 'lookup.js'],
      ['Chromium', 'lookup-chromium.js']
    ] as const) {
      contenders.push(ours(`${label} (${place})`, script, file, mode, String(count)))
    }
  }
  const eight = await artefact(setting, rows, dim, 'fixedpoint(bits=8)')
  add('plain Float32Array copy', eight, 'copy')
  add('fixedpoint(bits=8)', eight, 'table')
  for (const bits of [4, 1]) {
    add(`fixedpoint(bits=${bits})`, await artefact(setting, rows, dim, `fixedpoint(bits=${bits})`), 'table')
  }
  const factors = await artefact(setting, rows, dim, 'lowrank(rank=75)')
  add('lowrank(rank=75)', factors, 'table')
  add('lowrank(rank=75), SIMD', factors, 'simd')
  for (const mode of ['copy', 'codes', 'product']) {
    contenders.push(peer(setting, `NumPy, ${mode}`, 'numpy_lookup.py', input, mode, String(count)))
  }
  const what = `looking up ${count} random rows of ${rows} × ${dim}, one thread`
  return { name: `lookup-${rows}`, what, bytes: count * dim * 4, rows: count, contenders }
}

const entropyCoded = 'trellis(bits=2, states=64, block=1)'

/** Rows of an entropy-coded table, and its coefficients before they are rotated back, beside a copy of all values. */
async function decoding(setting: Setting, rows: number, dim: number, count: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, entropyCoded, 2)
  const look = (label: string, ...how: string[]) =>
    ours(`${label} (Node)`, 'lookup.js', file, how[0], String(count), ...how.slice(1))
  const engines = [
    ['JavaScript', 'table'],
    ['WebAssembly', 'simd']
  ] as const
  const of = (label: string, ...how: string[]) =>
    engines.map(([engine, mode]) => look(`${label}, ${engine}`, mode, ...how))
  return {
    name: `decode-${rows}`,
    what: `looking up ${count} rows of ${rows} × ${dim}, ${entropyCoded}, one thread, user CPU`,
    bytes: count * dim * 4,
    rows: count,
    contenders: [
      look('plain Float32Array copy, random', 'copy'),
      ...of('rows, random', 'rows', 'random'),
      ...of('coefficients, random', 'coefficients', 'random'),
      ...of('coefficients, sequential', 'coefficients', 'sequential')
    ]
  }
}

/** The nearest rows of an entropy-coded table, by codes in memory. */
async function nearest(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, entropyCoded, 2)
  const queries = 50
  const by = (name: string, count: number, ...how: string[]) => ours(name, 'nearest.js', file, String(count), ...how)
  return {
    name: `nearest-${rows}`,
    what: `the 10 nearest of ${rows} × ${dim}, ${entropyCoded}, ${queries} queries one after another, one thread, user CPU`,
    bytes: queries * rows * dim,
    contenders: [
      by('8 bits in memory (WebAssembly SIMD)', queries, 'bytes', 'simd'),
      by('8 bits in memory (JavaScript)', queries, 'bytes', 'plain'),
      by('signs in memory (WebAssembly SIMD)', queries, 'signs', 'simd'),
      by('signs in memory (JavaScript)', queries, 'signs', 'plain'),
      peer(
        setting,
        'faiss IndexScalarQuantizer, 8 bits, of the table itself',
        'faiss_scalar.py',
        await tableFile(setting.folder, { rows, dim, seed: 2 }, 'npy'),
        String(queries)
      )
    ]
  }
}

/** From asking a server of this machine for an artefact to a word's vector, in a fresh page. */
async function fetching(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, entropyCoded)
  const word = `word${(rows >> 1).toString(36)}`
  return {
    name: `fetched-vector-${rows}`,
    what: `first vector of ${rows} × ${dim}, ${entropyCoded}, fetched from a server of this machine`,
    bytes: fileBytes(file),
    contenders: [ours('slimbed (Chromium)', 'lookup-chromium.js', file, 'fetched', word)]
  }
}

/** From the bytes of an artefact in memory to a word's vector, in a fresh process or page. */
async function startingUp(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, 'fixedpoint(bits=4)')
  const word = `word${(rows >> 1).toString(36)}`
  return {
    name: `first-vector-${rows}`,
    what: `first vector of ${rows} × ${dim} at 4 bits, from bytes in memory, checksums included`,
    bytes: fileBytes(file),
    contenders: [
      ours('slimbed (Node)', 'lookup.js', file, 'first', word),
      ours('slimbed (Chromium)', 'lookup-chromium.js', file, 'first', word)
    ]
  }
}

async function searching(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 3 }, 'npy')
  const queries = '100'
  return {
    name: `hamming-${rows}`,
    what: `the 10 nearest of ${rows} codes of ${dim} bits, ${queries} queries one after another, one thread`,
    bytes: (Number(queries) * rows * dim) / 8,
    contenders: [
      ours('slimbed (WebAssembly SIMD)', 'search.js', file, queries, 'simd'),
      ours('slimbed (JavaScript)', 'search.js', file, queries, 'plain'),
      peer(setting, 'faiss IndexBinaryFlat', 'faiss_binary.py', file, queries)
    ]
  }
}

async function scaling(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 4 }, 'npy')
  const [backend] = setting.backends
  return {
    name: `scale-${rows}`,
    what: `lowrank(rank=64) | fixedpoint(bits=8) of ${rows} × ${dim} .npy, file to file`,
    bytes: fileBytes(file),
    contenders: [compress(setting, file, 'lowrank(rank=64) | fixedpoint(bits=8)', backend, threadCounts.at(-1)!)]
  }
}

async function training({ backends }: Setting): Promise<Case> {
  const rank = '29'
  const of = (backend: string, model: string, what: string, ...rank: string[]) =>
    ours(`slimbed, ${model}, ${what} (${backend})`, 'train/epoch.js', backend, model, ...rank)
  const tfjs = (backend: string, rows: string): Contender => ({
    ...ours(
      `tfjs, dan, dense gradient (${backend}, one step on ${rows} rows counted up)`,
      'train/tfjs-epoch.js',
      backend,
      '1',
      rows
    ),
    peer: true
  })
  return {
    name: 'train-epoch',
    what: 'an epoch of 6,920 texts in steps of 50, table 16,000 × 300',
    bytes: 16_000 * 300 * 4,
    contenders: [
      ...[...backends, 'cpu'].map((backend) => of(backend, 'dan', 'full table')),
      ...backends.map((backend) => of(backend, 'dan', `factors of rank ${rank}`, rank)),
      ...backends.map((backend) => of(backend, 'lstm', 'full table')),
      ...[tfjs('cpu', '500'), tfjs('wasm', '500')]
    ]
  }
}

/** GroupReduce with ten refinements, beside one `lowrank` of the same table to the same bytes. */
async function grouping(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await tableFile(setting.folder, { rows, dim, seed: 5 }, 'npy')
  const threads = threadCounts.at(-1)!
  const pipelines = ['lowrank(ratio=6.6)', 'groupreduce(groups=5, ratio=6.6, iterations=10)']
  const contenders = setting.backends.flatMap((backend) =>
    pipelines.map((pipeline): Contender => {
      const { command } = compress(setting, file, pipeline, backend, threads)
      return { name: `${pipeline} (${backend}, ${threads} threads)`, command: [...command, '--weights', 'zipf'] }
    })
  )
  return {
    name: `groupreduce-${rows}`,
    what: `groupreduce, 5 groups and 10 refinements, beside lowrank, of ${rows} × ${dim} .npy, file to file`,
    bytes: fileBytes(file),
    contenders
  }
}

/** A case, by the name that it will have: it is made when its turn comes, since the tables are large. */
type Job = readonly [name: string, make: (setting: Setting) => Promise<Case>]

const job = (
  name: string,
  make: (setting: Setting, rows: number, dim: number) => Promise<Case>,
  rows: number,
  dim: number
): Job => [`${name}-${rows}`, (setting) => make(setting, rows, dim)]
const rank75 = (setting: Setting, rows: number, dim: number) => factoring(setting, rows, dim, 75)
const decodings = (count: number) => (setting: Setting, rows: number, dim: number) =>
  decoding(setting, rows, dim, count)
const lookups = (count: number) => (setting: Setting, rows: number, dim: number) => lookingUp(setting, rows, dim, count)

/** The jobs of a run, in order. */
export const cases: Readonly<Record<Size, readonly Job[]>> = {
  small: [
    job('read', reading, 41_000, 300),
    job('lowrank', rank75, 41_000, 300),
    job('fixedpoint', quantizing, 100_000, 256),
    job('groupreduce', grouping, 41_000, 300),
    job('iiq', coding, 41_000, 300),
    job('trellis', trellising, 41_000, 300),
    job('lookup', lookups(200_000), 41_000, 300),
    job('first-vector', startingUp, 41_000, 300),
    job('fetched-vector', fetching, 41_000, 300),
    job('decode', decodings(100_000), 41_000, 300),
    job('nearest', nearest, 41_000, 300),
    job('hamming', searching, 100_000, 256),
    ['train-epoch', training]
  ],
  full: [
    job('read', reading, 400_000, 300),
    job('lowrank', rank75, 41_000, 300),
    job('lowrank', rank75, 400_000, 300),
    job('fixedpoint', quantizing, 1_000_000, 256),
    job('groupreduce', grouping, 400_000, 300),
    job('groupreduce', grouping, 1_000_000, 256),
    job('iiq', coding, 400_000, 300),
    job('trellis', trellising, 400_000, 300),
    job('lookup', lookups(1_000_000), 41_000, 300),
    job('first-vector', startingUp, 41_000, 300),
    job('fetched-vector', fetching, 41_000, 300),
    job('decode', decodings(100_000), 400_000, 300),
    job('nearest', nearest, 400_000, 300),
    job('hamming', searching, 1_000_000, 256),
    job('scale', scaling, 400_000, 256),
    ['train-epoch', training]
  ],
  huge: [job('scale', scaling, 4_000_000, 256)]
}

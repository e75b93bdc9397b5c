import { join } from 'node:path'
import { decoding, fetching, lookingUp, nearest, startingUp } from './artefact-cases.js'
import { compress, type Job, ours, peer, type Setting, threadCounts } from './commands.js'
import type { Case } from './compare.js'
import type { Contender } from './contender.js'
import { fileBytes, tableFile } from './files.js'
import { shardJobs } from './shard-cases.js'
import { tokenizerJob } from './tokenizers.js'
import { wordJobs } from './words/cases.js'

/** The size of the tables: `small` for a quick look, `full` for the figures of the README, `huge` and `shards` beside them. */
export type Size = 'small' | 'full' | 'huge' | 'shards'

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

/** Product quantization at 0.4 bits a value, in the columns as they are or in learned axes. */
const splitting =
  (kind: 'pq' | 'opq') =>
  async (setting: Setting, rows: number, dim: number): Promise<Case> => {
    const file = await tableFile(setting.folder, { rows, dim, seed: 2 }, 'npy')
    const parts = String(dim / 20)
    const pipeline = `${kind}(parts=${parts})`
    const out = join(setting.folder, 'out.bin')
    return {
      name: `${kind}-${rows}`,
      what: `${pipeline} of ${rows} × ${dim} .npy, file to file`,
      bytes: fileBytes(file),
      contenders: [
        ...onEveryEngine(setting, file, pipeline),
        peer(
          setting,
          kind === 'pq' ? 'faiss IndexPQ' : 'faiss OPQMatrix, IndexPQ',
          'faiss_pq.py',
          file,
          out,
          parts,
          kind
        )
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
    job('pq', splitting('pq'), 41_000, 300),
    job('lookup', lookups(200_000), 41_000, 300),
    job('first-vector', startingUp, 41_000, 300),
    job('fetched-vector', fetching, 41_000, 300),
    job('decode', decodings(100_000), 41_000, 300),
    job('nearest', nearest, 41_000, 300),
    job('hamming', searching, 100_000, 256),
    ...wordJobs,
    tokenizerJob,
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
    job('pq', splitting('pq'), 400_000, 300),
    job('opq', splitting('opq'), 41_000, 300),
    job('lookup', lookups(1_000_000), 41_000, 300),
    job('first-vector', startingUp, 41_000, 300),
    job('fetched-vector', fetching, 41_000, 300),
    job('decode', decodings(100_000), 400_000, 300),
    job('nearest', nearest, 400_000, 300),
    job('hamming', searching, 1_000_000, 256),
    job('scale', scaling, 400_000, 256),
    ...wordJobs,
    tokenizerJob,
    ['train-epoch', training]
  ],
  huge: [job('scale', scaling, 4_000_000, 256)],
  shards: shardJobs
}

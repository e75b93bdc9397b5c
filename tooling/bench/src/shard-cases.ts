import { join } from 'node:path'
import { compress, type Job, peer, type Setting, threadCounts } from './commands.js'
import type { Case } from './compare.js'
import { shardFolder } from './shards.js'

const dim = 64
const shards = 20

/** Pipelines whose memory must not grow with the rows, and the bytes a row that they write. */
const pipelines = [
  { name: 'fixedpoint', pipeline: 'fixedpoint(bits=4)', rowBytes: dim / 2 + 2 },
  { name: 'lowrank-fixedpoint', pipeline: 'lowrank(ratio=2) | fixedpoint(bits=4)', rowBytes: dim / 4 + 2 }
] as const

type Pipeline = (typeof pipelines)[number]

/** No name begins another one: `--only` takes all cases whose name holds a text. */
const nameOf = (name: string, rows: number) => `${name}-${rows / 1e6}m`

function compressing(setting: Setting, rows: number, { name, pipeline, rowBytes }: Pipeline): Case {
  const folder = shardFolder(setting.folder, { rows, dim, seed: 6, shards })
  const [backend] = setting.backends
  const out = join(setting.folder, 'plain.out')
  return {
    name: nameOf(name, rows),
    what: `${pipeline} of ${rows} × ${dim} in ${shards} files of 8-bit floats, file to file`,
    bytes: rows * dim,
    contenders: [
      compress(setting, folder, pipeline, backend, threadCounts.at(-1)!),
      peer(setting, 'reading the files, writing as much', 'read_and_write.py', folder, out, String(rows * rowBytes))
    ]
  }
}

/** Tables in shards, 4 million and 40 million rows: the memory of both should be the same. */
export const shardJobs: readonly Job[] = pipelines.flatMap((pipeline) =>
  [4_000_000, 40_000_000].map((rows): Job => {
    return [nameOf(pipeline.name, rows), async (setting) => compressing(setting, rows, pipeline)]
  })
)

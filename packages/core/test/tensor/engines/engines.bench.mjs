// Rates of gram and project on every engine present, at 1 and 2 threads, and of NumPy, in alternation. After a build:
//   node packages/core/test/tensor/engines/engines.bench.mjs [rows=41000] [dim=300] [rank=75] [rounds=5]
import { spawnSync } from 'node:child_process'
import { backends, createTensor } from '@slimbed/core'

const [rows = 41_000, dim = 300, rank = 75, rounds = 5] = process.argv.slice(2).map(Number)
// Shared, as the rows of a text that was parsed on threads are.
const data = new Float32Array(new SharedArrayBuffer(4 * rows * dim))
for (let i = 0, state = 1; i < data.length; i++) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  data[i] = state / 2 ** 31 - 1
}
const matrix = { rows, dim, read: async (start, count) => data.subarray(start * dim, (start + count) * dim) }
const basis = { rows: rank, dim, data: data.slice(0, rank * dim) }

const script = `
import sys, time, numpy as np
rows, dim, rank = map(int, sys.argv[1:])
x = np.random.default_rng(1).random((rows, dim), dtype=np.float32) - np.float32(.5)
b = x[:rank].copy()
for name, compute in (('gram', lambda: x.T @ x), ('project', lambda: x @ b.T)):
    compute(); start = time.perf_counter(); compute(); print(name, time.perf_counter() - start)
`
function numpy(threads) {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: String(threads) }
  const { stdout } = spawnSync('/usr/bin/python3', ['-c', script, rows, dim, rank].map(String), {
    env,
    encoding: 'utf8'
  })
  const lines = stdout.split('\n').filter(Boolean)
  return lines.map((line) => [line.split(' ')[0], Number(line.split(' ')[1])])
}

async function ours(tensor) {
  const timed = async (name, compute) => {
    const start = performance.now()
    await compute()
    return [name, (performance.now() - start) / 1000]
  }
  return [
    await timed('gram', () => tensor.gram(matrix)),
    await timed('project', async () => (await tensor.project(matrix, basis)).read(0, rows))
  ]
}

const runs = []
for (const backend of backends) {
  if (backend === 'cpu') continue
  for (const threads of [1, 2]) {
    try {
      const tensor = await createTensor({ backend, threads })
      // Starts the threads.
      for (let i = 0; i < 6; i++) await tensor.gram({ ...matrix, rows: Math.min(rows, 41_000) })
      runs.push({
        name: `${backend} ${threads}`,
        once: () => ours(tensor),
        seconds: { gram: [], project: [] },
        close: () => tensor.close()
      })
    } catch (error) {
      console.error(error.message)
    }
  }
}
for (const threads of [1, 2])
  runs.push({ name: `numpy ${threads}`, once: () => numpy(threads), seconds: { gram: [], project: [] }, close() {} })
for (let round = 0; round < rounds; round++) {
  for (const run of runs) {
    for (const [name, seconds] of await run.once()) run.seconds[name].push(seconds)
  }
}
const operations = { gram: 2 * rows * dim * dim, project: 2 * rows * dim * rank }
console.log(`${rows} × ${dim}, rank ${rank}: GFLOP/s, median of ${rounds} (best)`)
for (const { name, seconds, close } of runs) {
  const cells = Object.entries(seconds).map(([operation, times]) => {
    const sorted = times.toSorted((a, b) => a - b)
    const rate = (time) => (operations[operation] / time / 1e9).toFixed(0)
    return `${operation} ${rate(sorted[sorted.length >> 1])} (${rate(sorted[0])})`
  })
  console.log(name.padEnd(16), cells.join('   '))
  await close()
}

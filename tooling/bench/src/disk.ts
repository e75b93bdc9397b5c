import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { artefactOf, npyOf } from './disk/make.js'

/**
 * `disk.js FOLDER [GIGABYTES] [SECONDS] [ROUNDS]`: random rows of an artefact on a disk beside those of a memory-mapped `.npy` of the same size in NumPy. Files
 * are made in the folder where they are not there yet. Cold needs the right to empty the memory in which Linux holds files.
 */
const [folder = '/tmp/slimbed-disk', gigabytes = '4', seconds = '2', rounds = '3'] = process.argv.slice(2)
const dim = 256
const rows = Math.floor((Number(gigabytes) * 2 ** 30) / dim) - 4096
mkdirSync(folder, { recursive: true })
const artefact = await artefactOf(folder, rows, dim)
const npy = await npyOf(folder, Math.floor(rows / 4), dim)
const script = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Reads a file once, so that the system holds it in memory. */
function warm(path: string): void {
  const fd = openSync(path, 'r')
  const room = new Uint8Array(2 ** 24)
  while (readSync(fd, room) > 0);
  closeSync(fd)
}

function cool(): boolean {
  try {
    execFileSync('sync')
    writeFileSync('/proc/sys/vm/drop_caches', '3')
    return true
  } catch {
    return false
  }
}

interface Result {
  readonly rate: number
  readonly peakMemoryBytes: number
}
const run = (command: string, ...args: string[]): Result =>
  JSON.parse(execFileSync(command, args, { encoding: 'utf8' })) as Result
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

const lines: object[] = []
for (const state of ['warm', 'cold'] as const) {
  for (const order of state === 'warm' ? ['uniform', 'zipf'] : ['uniform']) {
    for (const batch of [1, 32, 1000]) {
      const ours: Result[] = []
      const theirs: Result[] = []
      // In turn, so that what else the machine does meets both.
      for (let round = 0; round < Number(rounds); round++) {
        for (const [results, path, command] of [
          [ours, artefact, [process.execPath, script('disk/read.js')]],
          [theirs, npy, [process.env.SLIMBED_PYTHON ?? '/usr/bin/python3', script('../peers/memmap.py')]]
        ] as const) {
          if (state === 'warm') warm(path)
          else if (!cool()) continue
          results.push(run(command[0], command[1], path, String(batch), seconds, order, state))
        }
      }
      if (ours.length === 0) continue
      const [own, numpy] = [median(ours.map(({ rate }) => rate)), median(theirs.map(({ rate }) => rate))]
      const memory = Math.max(...ours.map(({ peakMemoryBytes }) => peakMemoryBytes)) / 1e6
      const line = { state, order, batch, slimbed: Math.round(own), numpy: Math.round(numpy) }
      lines.push({ ...line, ratio: Number((own / numpy).toFixed(2)), peakMB: Math.round(memory) })
      process.stderr.write(`${JSON.stringify(lines.at(-1))}\n`)
    }
  }
}
process.stdout.write(`${JSON.stringify(lines, undefined, 1)}\n`)

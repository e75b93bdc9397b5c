import { readFileSync } from 'node:fs'
import { type Lookup, measureFirstVector, measureLookup } from './lookup/measure.js'

/**
 * `lookup.js FILE MODE COUNT [SPACE] [ORDER]` looks up rows of an artefact; `lookup.js FILE first WORD` reads the first vector of a
 * process. Prints what it took, lookups in seconds of user CPU, and the array buffers that loading has cost beyond the file.
 */
const [path, mode, what, space, order] = process.argv.slice(2)
// A copy of its own memory: small files of Node share theirs.
const file = Uint8Array.from(readFileSync(path))
const before = process.memoryUsage().arrayBuffers
const seconds =
  mode === 'first'
    ? measureFirstVector(file, what).seconds
    : measureLookup(file, { mode, count: Number(what), space, order } as Lookup, () => process.cpuUsage().user / 1e6)
const extraBytes = process.memoryUsage().arrayBuffers - before
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ seconds, peakMemoryBytes, ...(mode === 'first' && { extraBytes }) }))

import { openVectors } from '@slimbed/io/node'

/** `read.js FILE THREADS`: reads a vector file whole, and prints what it took. */
const [file, threads] = process.argv.slice(2)
const start = performance.now()
const { matrix } = await openVectors(file!, { threads: Number(threads) })
const { rows, dim } = matrix
for (let row = 0; row < rows; row += 65_536) await matrix.read(row, Math.min(65_536, rows - row))
const seconds = (performance.now() - start) / 1000
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ rows, dim, seconds, peakMemoryBytes }))

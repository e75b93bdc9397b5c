import { openVectors } from '@slimbed/io/node'

/** `read.js FILE THREADS`: reads a text file of vectors, all of it into memory, and prints what it took. */
const [file, threads] = process.argv.slice(2)
const start = performance.now()
const { matrix } = await openVectors(file, { threads: Number(threads) })
const { rows, dim } = matrix
const seconds = (performance.now() - start) / 1000
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ rows, dim, seconds, peakMemoryBytes }))

import { openFile } from '@slimbed/runtime/node'

/**
 * `read.js FILE BATCH SECONDS ORDER STATE` reads rows of an artefact on a disk, in batches: `uniform` or `zipf`; after every block was read once (`warm`), or from
 * the first on (`cold`). Prints rows a second, and the memory of the process.
 */
const [path, batchText, secondsText, order, state] = process.argv.slice(2)
const [batch, seconds] = [Number(batchText), Number(secondsText)]
const { table, close } = await openFile(path)
const { rows } = table

/** A row: all are as likely, or row r as 1 / (r + 1), in an order of their own. */
const draw = () => {
  if (order === 'uniform') return Math.floor(Math.random() * rows)
  const rank = Math.min(rows - 1, Math.floor((rows + 1) ** Math.random()) - 1)
  return (rank * 7_368_787) % rows
}
const drawn = Uint32Array.from({ length: Math.ceil(200_000 / batch) * batch }, draw)

if (state === 'warm') {
  // A row in each 64 KiB.
  const step = Math.max(1, Math.floor(65_536 / table.dim))
  const all = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step)
  for (let at = 0; at < all.length; at += 256) await table.read(all.slice(at, at + 256))
  for (let i = 0; i < 20_000; i += batch) await table.read(drawn.subarray(i, i + batch))
}
const start = performance.now()
let done = 0
let sum = 0
for (let i = 0; performance.now() - start < seconds * 1000; i = (i + batch) % drawn.length) {
  sum += (await table.read(drawn.subarray(i, i + batch)))[0]
  done += batch
}
const rate = (done / (performance.now() - start)) * 1000
await close()
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
const beyond = process.memoryUsage().arrayBuffers
process.stdout.write(JSON.stringify({ rate, peakMemoryBytes, arrayBuffers: beyond, finite: Number.isFinite(sum) }))

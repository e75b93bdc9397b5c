import { readFile } from 'node:fs/promises'
import { findOrt } from '@slimbed/onnx'
import { feedsOf } from './onnx-feeds.js'

// A process of its own: loads a model, runs it, and prints its peak memory in bytes. Arguments: ONNX Runtime, the model, numbers of tokens.

/** Peak memory of this process. On Linux `getrusage` counts that of the process that started it, too; what the kernel says of its pages does not. */
async function peakBytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const own = /^VmHWM:\s+(\d+) kB$/m.exec(status)
  return 1024 * (own ? Number(own[1]) : process.resourceUsage().maxRSS)
}

const [place, path, ids] = process.argv.slice(2)
const ort = await findOrt(place)
if (!ort) throw new Error(`no ONNX Runtime at ${place}`)
const session = await ort.module.InferenceSession.create(path as never, { intraOpNumThreads: 1, logSeverityLevel: 4 })
await session.run(feedsOf(session.inputNames, Int32Array.from(JSON.parse(ids)), ort.module))
await session.release()
console.log(await peakBytes())

import { findOrt } from '@slimbed/onnx'
import { feedsOf } from './onnx-feeds.js'

// A process of its own: loads a model, runs it, and prints its peak memory in bytes. Arguments: ONNX Runtime, the model, numbers of tokens.

const [place, path, ids] = process.argv.slice(2)
const ort = await findOrt(place)
if (!ort) throw new Error(`no ONNX Runtime at ${place}`)
const session = await ort.module.InferenceSession.create(path as never, { intraOpNumThreads: 1, logSeverityLevel: 4 })
await session.run(feedsOf(session.inputNames, Int32Array.from(JSON.parse(ids)), ort.module))
await session.release()
console.log(process.resourceUsage().maxRSS * 1024)

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedpoint } from '@slimbed/fixedpoint'
import { dataFolder, hasData, titleIf } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { onnxTables, rewriteOnnx } from '../src/index.js'
import { readModel } from '../src/model/model.js'
import { join as joined } from '../src/wire/writer.js'
import { ort, run } from './ort.js'

const file = 'models/minilm-l3-6k/onnx/model.onnx'
const present = hasData(file)
const title = titleIf(present, `no ${file} in the folder of data`)

/** Cosine of two arrays. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!
    aa += a[i]! ** 2
    bb += b[i]! ** 2
  }
  return ab / Math.sqrt(aa * bb)
}

test.skipIf(!present)(title('a sentence encoder: its table becomes an eighth, everything else stays'), async () => {
  const bytes = new Uint8Array(await readFile(`${dataFolder}/${file}`))
  const [largest] = onnxTables(bytes)
  expect(largest).toMatchObject({ rows: 6000, dim: 384, form: 'plain', lookups: 1, otherUses: [], bytes: 9_216_000 })
  const made = await rewriteOnnx({ bytes }, { pipeline: fixedpoint({ bits: 4, clip: 'mse' }), runtime: ort })
  const after = joined(made.model)
  expect(made.tables[0]?.verified.evaluator).toEqual({ rows: 6000, largestDifference: 0, equal: true })
  expect(made.tables[0]?.bytes.after).toBeLessThan(9_216_000 / 7.8)
  expect(after.length).toBeLessThan(bytes.length - 9_216_000 + 1_175_000)
  const [old, model] = [readModel(bytes), readModel(after)]
  const others = (items: typeof model.graph.items) =>
    items.flatMap(({ tensor }) => (tensor && !/word_embeddings|slimbed/.test(tensor.name) ? [tensor.name] : []))
  expect(others(model.graph.items)).toEqual(others(old.graph.items))
  expect(model.graph.inputs).toEqual(old.graph.inputs)
  expect(model.graph.outputs).toEqual(old.graph.outputs)
  if (!ort) return
  const ids = [2, 100, 2000, 5999, 17, 3]
  const feeds = Object.fromEntries(
    model.graph.inputs.map(({ name }) => {
      const values = name === 'input_ids' ? ids : ids.map(() => (name === 'attention_mask' ? 1 : 0))
      return [name, ['int64', [1, ids.length], values]] as const
    })
  )
  const [wanted, got] = [await run(bytes, feeds), await run(after, feeds)]
  const [name] = Object.keys(wanted)
  const values = (outputs: typeof wanted) => outputs[name!]!.data as Float32Array
  expect(cosine(values(wanted), values(got))).toBeGreaterThan(0.97)
  // The runtime computes what depends on tensors alone when it loads a model: that must not be the table.
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-onnx-'))
  const optimizedModelFilePath = join(folder, 'optimized.onnx')
  const session = await ort.module.InferenceSession.create(after, { optimizedModelFilePath, logSeverityLevel: 4 })
  await session.release()
  expect(statSync(optimizedModelFilePath).size).toBeLessThan(after.length + 1_000_000)
  rmSync(folder, { recursive: true })
})

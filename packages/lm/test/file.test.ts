import { dense, type Sink } from '@slimbed/core'
import { saveModelTo } from '@slimbed/core/artefact'
import { expect, test } from 'vitest'
import { languageModelIn, modelFileOf, modelToSave, provenanceOfRetraining, tensorsOf } from '../src/index.js'
import { denseTable, languageModel } from './language-model.js'

/** What is written to a sink. */
async function written(write: (sink: Sink) => Promise<unknown>): Promise<Uint8Array> {
  let held = new Uint8Array(0)
  await write({
    async write(bytes, at) {
      const grown = new Uint8Array(Math.max(held.length, at + bytes.length))
      grown.set(held)
      grown.set(bytes, at)
      held = grown
    }
  })
  return held
}

const model = languageModel(denseTable(1), denseTable(2))
const file = { tables: new Map(), tensors: new Map(), vocabulary: undefined, metadata: new Map(), provenance: {} }

test('a model that is saved is read again, bit for bit, and keeps what else its file had', async () => {
  const other = { dtype: 'U32' as const, shape: [2], data: Uint32Array.of(7, 8) }
  const from = { ...file, tensors: new Map([...tensorsOf(model), ['other', other] as const]) }
  const provenance = provenanceOfRetraining({}, { steps: 1 }, undefined)
  const bytes = await written((sink) => saveModelTo({ ...modelToSave(model, from), provenance }, sink))
  const found = modelFileOf(bytes)
  expect([...found.tables.keys()].sort()).toEqual(['embedding.weight', 'softmax.weight'])
  expect(found.tensors.get('other')).toEqual(other)
  expect(found.provenance).toMatchObject({ retraining: { steps: 1 } })
  const again = languageModelIn(found)
  expect(again.layers).toEqual(model.layers)
  expect(again.bias).toEqual(model.bias)
  expect(again.softmax.tensors).toEqual(model.softmax.tensors)
  const table = dense(12, 5, new Float32Array(60))
  expect(languageModelIn(found, { embedding: table }).embedding).toBe(table)
})

test('a file that is none is refused', () => {
  expect(() => modelFileOf(Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
  expect(() => languageModelIn(file)).toThrow('language model: expected a tensor embedding.weight')
})

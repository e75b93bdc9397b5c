import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTensor, floatsOf, matrixFrom, vocabularyOf } from '@slimbed/core'
import { lowrank } from '@slimbed/lowrank'
import { memory } from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { constant, createTask, defaults, type EpochReport, type Example, train } from '../src/index.js'

const folder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const vectorsFile = `${folder}/vectors/numberbatch-en-41k.300d.f16.npy`
const hasData = existsSync(vectorsFile)
const title = (text: string) => (hasData ? text : `${text} (skipped: needs the test data, see SLIMBED_DATA)`)

const examples = (split: string): Example[] =>
  readFileSync(`${folder}/classification/stsa.binary.${split}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ label: line[0], text: line.slice(2) }))

/** 41,353 × 300 vectors and their words. */
function readVectors() {
  const bytes = readFileSync(vectorsFile)
  const start = 10 + bytes.readUInt16LE(8)
  const bits = new Uint16Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  const data = floatsOf({ dtype: 'F16', shape: [bits.length], data: bits })
  const words = readFileSync(vectorsFile.replace('.f16.npy', '.words.txt'), 'utf8').trimEnd().split('\n')
  return { matrix: matrixFrom(words.length, 300, data), vocabulary: vocabularyOf(words) }
}

test.skipIf(!hasData)(
  title('SST-2: a tenth of the table, trained through its factors, keeps the accuracy'),
  async () => {
    const [data, dev, held] = ['train', 'dev', 'test'].map(examples)
    const task = await createTask({ train: data, dev, test: held, vectors: readVectors() })
    expect([task.vocabulary.size > 15_000, task.dim, task.test!.labels.length]).toEqual([true, 300, 1821])
    const tensor = await createTensor({ backend: 'wasm', threads: 1 })
    const [epochs, tensors]: [EpochReport[], number[]] = [[], []]
    const onEpoch = (report: EpochReport) => {
      epochs.push(report)
      tensors.push(memory().numTensors)
    }
    const compress = { compressor: lowrank({ ratio: 10 }), atEpoch: 2 }
    const options = { ...defaults, epochs: 4, schedule: () => constant({ rate: 1e-3 }), compress }
    const { reports } = await train(task, options, tensor, { onEpoch })
    await tensor.close()
    const [full, compressed] = reports
    expect(full.tableBytes / compressed.tableBytes).toBeGreaterThan(10)
    expect(full.testAccuracy).toBeGreaterThan(0.79)
    // One run: its noise is about a point. docs/studies/online.md has the means of five.
    expect(compressed.testAccuracy).toBeGreaterThan(full.testAccuracy! - 0.03)
    expect(new Set(tensors).size, 'tensors of tfjs, epoch by epoch').toBe(1)
  }
)

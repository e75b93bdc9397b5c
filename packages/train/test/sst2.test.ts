import { readFileSync } from 'node:fs'
import { createTensor, matrixFrom } from '@slimbed/core'
import { lowrank } from '@slimbed/lowrank'
import { vocabularyOf } from '@slimbed/runtime/format'
import { dataFolder, hasVectors, readVectors, titleIf, vectorsDim, vectorsFile } from '@slimbed/testing'
import { memory } from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { constant, createTask, defaults, type EpochReport, type Example, train } from '../src/index.js'

const title = titleIf(hasVectors, 'needs the test data, see SLIMBED_DATA')

const examples = (split: string): Example[] =>
  readFileSync(`${dataFolder}/classification/stsa.binary.${split}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ label: line[0], text: line.slice(2) }))

/** 41,353 × 300 vectors and their words. */
function openVectors() {
  const words = readFileSync(vectorsFile.replace('.f16.npy', '.words.txt'), 'utf8').trimEnd().split('\n')
  return { matrix: matrixFrom(words.length, vectorsDim, readVectors()), vocabulary: vocabularyOf(words) }
}

test.skipIf(!hasVectors)(
  title('SST-2: a tenth of the table, trained through its factors, keeps the accuracy'),
  async () => {
    const [data, dev, held] = ['train', 'dev', 'test'].map(examples)
    const task = await createTask({ train: data, dev, test: held, vectors: openVectors() })
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

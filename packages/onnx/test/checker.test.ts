import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { walk } from '@slimbed/runtime/kinds'
import { pythonWith, runPython, titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { samples } from '../../runtime/test/sample.js'
import { rewriteOnnx } from '../src/index.js'
import { types } from '../src/model/types.js'
import { join as joined } from '../src/wire/writer.js'
import { always, floats, modelOf, node, tensor } from './model.js'

const python = pythonWith('onnx')
const title = titleIf(python, 'no Python with onnx')
const folder = mkdtempSync(join(tmpdir(), 'slimbed-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = `
import glob, json, sys, onnx
wrong = []
for path in sorted(glob.glob(sys.argv[1] + '/*.onnx')):
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as error:
        wrong.append(path + ': ' + str(error)[:300])
print(json.dumps(wrong))
`

test.skipIf(!python)(title('the checker of ONNX takes what is written, in every opset'), async () => {
  const drawn = fc.sample(samples, 120).filter(({ table }) => {
    const kinds = [...walk(table)].map((each) => each.table)
    // Entropy-coded tables have no pattern, and bfloat16 none in old opsets.
    const halves = kinds.some(({ tensors }) => Object.values(tensors).some(({ dtype }) => dtype === 'BF16'))
    return table.rows > 0 && !halves && kinds.every(({ kind }) => kind !== 'trellis')
  })
  let count = 0
  for (const [i, { table }] of drawn.entries()) {
    const { rows, dim } = table
    const graph = {
      nodes: [node('Gather', ['table', 'ids'], ['rows'])],
      tensors: [floats('table', [rows, dim], new Float32Array(rows * dim))],
      inputs: [{ name: 'ids', type: types.INT64, dims: [2, -1] }],
      outputs: [{ name: 'rows', type: types.FLOAT, dims: [2, -1, dim] }]
    }
    const opset = 9 + (i % 14)
    const made = await rewriteOnnx({ bytes: modelOf(graph, opset) }, { pipeline: always(table), tensor }).catch(
      () => undefined
    )
    if (!made) continue
    writeFileSync(join(folder, `${i}.onnx`), joined(made.model))
    count++
  }
  expect(count).toBeGreaterThan(20)
  expect(runPython(python, ['-c', program, folder])).toEqual([])
})

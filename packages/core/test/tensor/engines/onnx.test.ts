import { expect, test } from 'vitest'
import type { Engine } from '../../../src/tensor/engines/engine.js'
import { onnxEngine } from '../../../src/tensor/engines/onnx.js'

const engine: Engine | undefined = await onnxEngine().catch(() => undefined)
const why = engine ? '' : ' (skipped: onnxruntime-node is not installed)'

test.skipIf(!engine)(`onnxruntime: shared memory gives the same bits as memory of one's own${why}`, async () => {
  // One row more than are copied at a time, which is multiplied alone.
  for (const [k, n] of [
    [64, 16],
    [300, 75]
  ] as const) {
    const m = Math.floor(2 ** 18 / k) + 1
    const shared = new Float32Array(new SharedArrayBuffer(m * k * 4))
    for (let i = 0; i < shared.length; i++) shared[i] = Math.sin(i * 1.7)
    const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(i * 0.3))
    expect(await engine!.product(shared, b, m, k, n)).toEqual(await engine!.product(shared.slice(), b, m, k, n))
  }
  await engine!.close()
})

// node tooling/studies/fasttext-error.mjs model.bin quantized.ftz…
//
// The error of the inputs of quantized fastText models that keep all rows.
import { createTensor, denseOf } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { openFastText } from '@slimbed/fasttext'
import { fileSource } from '@slimbed/io/node'

const [original, ...others] = process.argv.slice(2)

/** The input of a model; quantized rows are decoded. */
async function inputOf(path) {
  const { input, close } = await openFastText(await fileSource(path))
  if (input.kind === 'dense') return { matrix: input, close }
  const { rows, dim, codes, codebooks, norms } = input
  const { width, parts, centroids } = codebooks
  const read = async (start, count) => {
    const out = new Float32Array(count * dim)
    for (let i = 0; i < count; i++) {
      const norm = norms ? norms.levels[norms.codes[start + i]] : 1
      for (let j = 0; j < dim; j++) {
        const part = Math.floor(j / width)
        const own = Math.min(width, dim - part * width)
        const code = codes[(start + i) * parts + part]
        out[i * dim + j] = norm * centroids[256 * part * width + code * own + (j % width)]
      }
    }
    return out
  }
  return { matrix: { rows, dim, read }, close }
}

const tensor = await createTensor()
const exact = await inputOf(original)
for (const path of others) {
  const quantized = await inputOf(path)
  const { relativeError, meanCosine } = await measure(exact.matrix, denseOf(quantized.matrix), { tensor })
  console.log(path, relativeError.toFixed(4), meanCosine.toFixed(4))
  await quantized.close()
}
await exact.close()
await tensor.close()

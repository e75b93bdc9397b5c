import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'

/** Rows of bytes with a sign as numbers: models quantized to `int8` have no scale, and their rows are these numbers. Throws `bad-input` for another shape. */
export function signedBytes(source: Source, { name, shape, begin }: SafetensorsEntry): Matrix {
  const [rows, dim] = shape
  if (shape.length !== 2 || rows < 1 || dim < 1) {
    throw new SlimbedError('bad-input', `${source.name}: tensor ${JSON.stringify(name)}: expected rows, got [${shape}]`)
  }
  return {
    rows,
    dim,
    async read(start, count, into) {
      const bytes = await source.read(begin + start * dim, count * dim)
      const out = into ?? new Float32Array(count * dim)
      out.set(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length))
      return out
    }
  }
}

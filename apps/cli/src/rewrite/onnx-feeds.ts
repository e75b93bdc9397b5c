import type { Ort } from '@slimbed/onnx'

/** What a model of tokens is given for numbers of tokens: its inputs by their names. Others than these are zeros. */
export function feedsOf(names: readonly string[], ids: Int32Array, { Tensor }: Ort['module']) {
  const valuesOf = (name: string): Int32Array => {
    if (name === 'input_ids') return ids
    if (name === 'position_ids') return ids.map((_, i) => i)
    return ids.map(() => (name === 'attention_mask' ? 1 : 0))
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      new Tensor('int64', BigInt64Array.from(valuesOf(name), BigInt) as never, [1, ids.length])
    ])
  )
}

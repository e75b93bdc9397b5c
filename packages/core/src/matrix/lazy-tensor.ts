import { SlimbedError, type Table, type Tensor } from '@slimbed/runtime'

/** Throws `unsupported`: the rows and tensors of a lazy table cannot be read. */
export function refusal({ kind, rows, dim }: Pick<Table, 'kind' | 'rows' | 'dim'>): () => never {
  return () => {
    const message = `this ${rows} × ${dim} ${kind} table is computed in blocks: materialize it to read single rows`
    throw new SlimbedError('unsupported', message)
  }
}

/** A tensor of a lazy table: its type and shape are known; reading its data throws. */
export const lazyTensor = <Type extends Tensor['dtype']>(
  dtype: Type,
  shape: readonly number[],
  refuse: () => never
): Tensor<Type> => ({
  dtype,
  shape,
  get data() {
    return refuse()
  }
})

import { SlimbedError, type Table, type Tensor } from '@slimbed/runtime'

/** What a lazy table does where its rows or tensors are read: it throws `unsupported`. */
export function refusal({ kind, rows, dim }: Pick<Table, 'kind' | 'rows' | 'dim'>): () => never {
  return () => {
    const message = `this ${rows} × ${dim} ${kind} table is computed in blocks: materialize it to read single rows`
    throw new SlimbedError('unsupported', message)
  }
}

/** A tensor of a lazy table: its type and shape are known, and its data are refused. */
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

import type { ModelContents, ModelTensor } from '../rewrite/format.js'
import { alignColumns } from './text/table.js'
import { bytes, count, counted, percent } from './text/units.js'

/** What `slimbed inspect --json` prints of a model that is no artefact. */
export interface ModelFileDescription extends ModelContents {
  readonly path: string
  readonly format: string
}

/** Tensors with a smaller share of the file are shown together. */
const shown = 0.01

const sizeOf = ({ bytes: size = 0 }: ModelTensor) => size

/** The other tensors, together by their types, the largest first. */
function together(tensors: readonly ModelTensor[], whole: number): string[][] {
  const types = new Map<string, { count: number; size: number }>()
  for (const tensor of tensors) {
    const { count: before, size } = types.get(tensor.type) ?? { count: 0, size: 0 }
    types.set(tensor.type, { count: before + 1, size: size + sizeOf(tensor) })
  }
  return [...types]
    .sort(([, a], [, b]) => b.size - a.size)
    .map(([type, sum]) => [counted(sum.count, 'other tensor'), '', type, bytes(sum.size), percent(sum.size / whole)])
}

/** The description of a model as text for people. */
export function showModelFile({ path, bytes: whole, facts, tensors }: ModelFileDescription): string {
  const large = tensors.filter((tensor) => sizeOf(tensor) >= shown * whole)
  const lines = large
    .toSorted((a, b) => sizeOf(b) - sizeOf(a))
    .map((tensor) => [
      tensor.name,
      tensor.shape.map(count).join(' × '),
      tensor.type,
      bytes(sizeOf(tensor)),
      percent(sizeOf(tensor) / whole)
    ])
  const others = together(
    tensors.filter((tensor) => !large.includes(tensor)),
    whole
  )
  return [
    alignColumns([[path, bytes(whole), facts.join(', ')]], 'lrl'),
    alignColumns([['tensor', 'shape', 'type', 'bytes', 'of the file'], ...lines, ...others], 'lrlrr')
  ].join('\n\n')
}

import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import { type Kernel, openKernel } from './kernel.js'
import { lowered } from './product.js'
import { simdTrellis } from './trellis.js'

export type { ModuleOptions }

function replace(kernel: Kernel, table: Table): Table {
  const children = Object.entries(table.children).map(([name, child]) => [name, replace(kernel, child)] as const)
  if (children.length === 0) return table.kind === 'trellis' ? simdTrellis(kernel, table) : table
  return lowered(kernel, table.with(Object.fromEntries(children)))
}

/**
 * The same table with its products multiplied in WebAssembly with SIMD, in float32, and its entropy-coded rows decoded there, to the
 * same bits; `right` and the tables of the code are held in its memory. Rows of products agree with those of the table to the rounding
 * of float32. Where there is no SIMD it is the table itself. Throws `bad-option` for a module that is another.
 */
export function accelerate(table: Table, { module }: ModuleOptions = {}): Table {
  const kernel = openKernel(module)
  return kernel ? replace(kernel, table) : table
}

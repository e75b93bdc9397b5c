import { createTensor, type TensorAdapter, type TensorOptions } from '@slimbed/core'
import { locatePackage } from '@slimbed/io/plugins'
import { places } from './places.js'

/** The linear algebra that flags ask for, on engines found where plugins are. Rejects as `createTensor` does. */
export const openTensor = (flags: TensorOptions): Promise<TensorAdapter> =>
  createTensor({ ...flags, locate: (name) => locatePackage(name, [places.program, places.here]) })

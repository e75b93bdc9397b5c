import { createTensor, isSlimbedError } from '../../src/index.js'
import { type Backend, backends } from '../../src/tensor/backends.js'

/** The engines that work here, and why the others do not. */
export async function presentBackends(): Promise<{ present: Backend[]; absent: [Backend, string][] }> {
  const present: Backend[] = []
  const absent: [Backend, string][] = []
  for (const backend of backends) {
    try {
      await (await createTensor({ backend })).close()
      present.push(backend)
    } catch (error) {
      if (!isSlimbedError(error, 'missing-package')) throw error
      absent.push([backend, error.message])
    }
  }
  return { present, absent }
}

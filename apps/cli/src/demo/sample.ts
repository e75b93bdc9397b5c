import { fileURLToPath } from 'node:url'
import { SlimbedError } from '@slimbed/core'
import { locatePackage } from '@slimbed/io/plugins'
import { places } from '../open/places.js'

/** The path of the sample's vectors. Rejects with `missing-package` when the sample is not installed. */
export async function samplePath(): Promise<string> {
  const url = locatePackage('@slimbed/sample', places)
  if (url === undefined) {
    const remedy = 'npm install @slimbed/sample, or give a file of vectors: slimbed demo vectors.bin'
    throw new SlimbedError('missing-package', `the sample is not installed: ${remedy}`)
  }
  const { sample }: { sample?: { vectors?: unknown } } = await import(url)
  if (sample?.vectors instanceof URL) return fileURLToPath(sample.vectors)
  throw new SlimbedError('bad-input', `${url} is no sample: expected an export "sample" with the URL of its vectors`)
}

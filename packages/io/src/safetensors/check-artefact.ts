import { checksums, type SafetensorsHeader, SlimbedError, type Source } from '@slimbed/runtime'
import { naming } from '../source/naming.js'

/** Whether there are tensors of codes with their scales, as in a compressed table. */
const hasCodes = ({ tensors }: SafetensorsHeader): boolean =>
  [...tensors].some(
    ([name, { dtype }]) => dtype === 'U8' && /(^|[./])codes$/.test(name) && tensors.has(name.replace(/codes$/, 'scale'))
  )

/**
 * Rejects with `corrupt-file` for an artefact whose header is damaged or whose manifest is missing. Without a manifest, scales and factors
 * would be read as vectors.
 */
export async function checkArtefact(source: Source, header: SafetensorsHeader): Promise<void> {
  const { metadata, dataStart } = header
  const { name } = source
  if (metadata.has('slimbed')) {
    const bytes = await source.read(0, dataStart)
    naming(name, () => checksums.header(bytes, header))
  } else if (/^[0-9a-f]{8}$/.test(metadata.get('checksum') ?? '') || hasCodes(header)) {
    const message = `${name}: tensors of a table that slimbed compressed, without its manifest: damaged, or written again by another program`
    throw new SlimbedError('corrupt-file', `${message}; compress the original again`)
  }
}

import { createTensor } from '@slimbed/core'
import { bytesSource, isArtefact, readVectors } from '@slimbed/io'
import { isSlimbedError, load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { expect, test } from 'vitest'
import { artefactSeeds } from './seeds/artefacts.js'

/** Whether anything makes a table of bytes: as the artefact that they were, or as vectors. */
async function opens(bytes: Uint8Array): Promise<boolean> {
  const source = bytesSource('in', bytes)
  try {
    if (await isArtefact(source)) load(bytes, { kinds: optionalKinds })
    else await (await readVectors(source)).close()
    return true
  } catch (error) {
    if (isSlimbedError(error)) return false
    throw error
  }
}

test('an artefact with one byte of its header changed never opens as anything else', { timeout: 120_000 }, async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  const seeds = await artefactSeeds(tensor)
  await tensor.close()
  for (const { name, files } of seeds.filter(({ kind, name }) => kind === 'artefact' && name !== 'plain')) {
    const [bytes] = Object.values(files).map((file) => Uint8Array.from(file))
    expect(await opens(bytes)).toBe(true)
    const headerEnd = 8 + new DataView(bytes.buffer).getUint32(0, true)
    for (let at = 0; at < headerEnd; at++) {
      for (const change of [1, 2, 32]) {
        bytes[at] ^= change
        if (await opens(bytes)) expect.unreachable(`${name}: byte ${at} changed by ${change} is not noticed`)
        bytes[at] ^= change
      }
    }
  }
})

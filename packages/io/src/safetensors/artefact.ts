import { isSlimbedError, type Source } from '@slimbed/runtime'
import { readSafetensorsHeader } from './header.js'

/** The codes of errors that reading the header gives for files that are not artefacts. */
const others = ['corrupt-file', 'bad-input', 'unsupported'] as const

/**
 * The names of an artefact's tables: an empty list for one table without a name; undefined if the file is not an artefact or is damaged.
 * Reads only the header.
 */
export async function artefactTables(source: Source): Promise<readonly string[] | undefined> {
  let manifest: string | undefined
  try {
    manifest = (await readSafetensorsHeader(source)).metadata.get('slimbed')
  } catch (error) {
    if (!others.some((code) => isSlimbedError(error, code))) throw error
  }
  if (manifest === undefined) return undefined
  try {
    return Object.keys(JSON.parse(manifest).tables ?? {})
  } catch {
    // `load` reports what is wrong with it.
    return []
  }
}

/** Whether a source is an artefact, by the rules of `artefactTables`. */
export const isArtefact = async (source: Source): Promise<boolean> => (await artefactTables(source)) !== undefined

import type { Artefact } from '@slimbed/core'
import { readArtefact } from '../artefact.js'
import { describe } from '../describe.js'
import type { JsonFlag } from '../flags.js'
import { print, printJson, type Session } from '../session.js'
import { showDescription } from '../show-description.js'

/** The flags of `slimbed inspect`. */
export type InspectFlags = JsonFlag

/** Shows what an artefact is made of: `slimbed inspect`. */
export async function inspectCommand(path: string, flags: InspectFlags, session: Session): Promise<void> {
  const artefact: Artefact = await readArtefact(path, session)
  session.progress.clear()
  const description = describe(path, artefact)
  await (flags.json ? printJson(description) : print(showDescription(description)))
}

import { readArtefact, readArtefactModel, tablesIn } from '../artefact.js'
import { describe } from '../describe.js'
import type { JsonFlag } from '../flags.js'
import { describeModel, showModel } from '../model/describe.js'
import { print, printJson, type Session } from '../session.js'
import { showDescription } from '../show-description.js'

/** The flags of `slimbed inspect`. */
export interface InspectFlags extends JsonFlag {
  /** The table of a model that is shown alone. */
  readonly tensor?: string
}

async function inspectModel(path: string, flags: InspectFlags, session: Session): Promise<void> {
  const { model, bytes } = await readArtefactModel(path, session)
  session.progress.clear()
  const description = describeModel(path, bytes.length, model)
  await (flags.json ? printJson(description) : print(showModel(description)))
}

/** Shows what an artefact is made of: `slimbed inspect`. */
export async function inspectCommand(path: string, flags: InspectFlags, session: Session): Promise<void> {
  const { tensor } = flags
  if (tensor === undefined && ((await tablesIn(path)) ?? []).length > 0) return inspectModel(path, flags, session)
  const artefact = await readArtefact(path, session, tensor)
  session.progress.clear()
  const description = describe(path, artefact, tensor)
  await (flags.json ? printJson(description) : print(showDescription(description)))
}

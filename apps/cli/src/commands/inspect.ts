import type { InspectFlags } from '../flags/inspect.js'
import { openArtefact, openArtefactModel, tablesIn } from '../open/artefact.js'
import { closing } from '../open/closing.js'
import { print, printJson, type Session } from '../session/session.js'
import { describe } from '../show/describe.js'
import { showDescription } from '../show/description.js'
import { describeModel, showModel } from '../show/model.js'

async function inspectModel(path: string, flags: InspectFlags, session: Session): Promise<void> {
  await closing(openArtefactModel(path, session), async (model) => {
    session.progress.clear()
    const description = describeModel(path, model.source.size, model)
    await (flags.json ? printJson(description) : print(showModel(description)))
  })
}

/** Shows what an artefact is made of: `slimbed inspect`. */
export async function inspectCommand(path: string, flags: InspectFlags, session: Session): Promise<void> {
  const { tensor } = flags
  if (tensor === undefined && ((await tablesIn(path)) ?? []).length > 0) return inspectModel(path, flags, session)
  await closing(openArtefact(path, session, tensor), async (artefact) => {
    session.progress.clear()
    const description = describe(path, artefact, tensor)
    await (flags.json ? printJson(description) : print(showDescription(description)))
  })
}

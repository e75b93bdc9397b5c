import { SlimbedError } from '@slimbed/core'
import type { InspectFlags } from '../flags/inspect.js'
import { openArtefact, openArtefactModel, tablesIn } from '../open/artefact.js'
import { closing } from '../open/closing.js'
import { modelFormatOf, startOf } from '../open/model-format.js'
import { checkInputs } from '../open/paths.js'
import { print, printJson, type Session } from '../session/session.js'
import { describe } from '../show/describe.js'
import { showDescription } from '../show/description.js'
import { describeModel, showModel } from '../show/model.js'
import { showModelFile } from '../show/model-file.js'

async function inspectModel(path: string, flags: InspectFlags, session: Session): Promise<void> {
  await closing(openArtefactModel(path, session), async (model) => {
    session.progress.clear()
    const description = describeModel(path, model.source.size, model)
    await (flags.json ? printJson(description) : print(showModel(description)))
  })
}

/** Shows the tensors of a model that is no artefact; false for any other file. */
async function inspectModelFile(path: string, { tensor, json }: InspectFlags): Promise<boolean> {
  const format = modelFormatOf(await startOf(path))
  const contents = await format?.describe?.(path)
  if (!format || !contents) return false
  const tensors = contents.tensors.filter(({ name }) => tensor === undefined || name === tensor)
  if (tensor !== undefined && tensors.length === 0) {
    throw new SlimbedError(
      'bad-option',
      `${path}: there is no tensor ${JSON.stringify(tensor)}; without --tensor, all are shown`
    )
  }
  const description = { path, format: format.name, ...contents, tensors }
  await (json ? printJson(description) : print(showModelFile(description)))
  return true
}

/** Shows what an artefact or a model is made of: `slimbed inspect`. */
export async function inspectCommand(path: string, flags: InspectFlags, session: Session): Promise<void> {
  const { tensor } = flags
  await checkInputs([path], session)
  if (await inspectModelFile(path, flags)) return
  if (tensor === undefined && ((await tablesIn(path)) ?? []).length > 0) return inspectModel(path, flags, session)
  await closing(openArtefact(path, session, tensor), async (artefact) => {
    session.progress.clear()
    const description = describe(path, artefact, tensor)
    await (flags.json ? printJson(description) : print(showDescription(description)))
  })
}

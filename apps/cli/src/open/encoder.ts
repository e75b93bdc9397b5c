import { denseOf, materialize } from '@slimbed/core'
import { createEncoder, type Encoder, encoderOf } from '@slimbed/encoder'
import type { StaticModel } from '@slimbed/io'
import { staticModelAt } from '@slimbed/io/node'
import { gather } from '@slimbed/runtime'
import { tokenizerFrom } from '@slimbed/tokenizer'
import type { Session } from '../session/session.js'
import { openArtefact } from './artefact.js'
import { closing } from './closing.js'
import { naming } from './naming.js'

/** An encoder of a model that is not compressed, its rows in memory. */
async function fromModel({ matrix, mapping, tokenizer, settings, weights }: StaticModel): Promise<Encoder> {
  const source = await materialize(denseOf(matrix))
  const table = mapping ? gather(mapping, source) : source
  const json: unknown = JSON.parse(new TextDecoder().decode(tokenizer))
  return createEncoder({ table, tokenizer: tokenizerFrom(json), settings, weights })
}

/**
 * The encoder of a static model: an artefact, the folder of the model, or a zip of it. Rejects with `bad-input` for what turns no texts
 * into vectors, and as reading does.
 */
export async function openEncoder(path: string, session: Session): Promise<Encoder> {
  const model = await staticModelAt(path)
  if (model) return closing(Promise.resolve(model), (opened) => naming(path, () => fromModel(opened)))
  return closing(openArtefact(path, session, undefined, true), (artefact) => naming(path, () => encoderOf(artefact)))
}

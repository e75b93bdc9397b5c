import { SlimbedError } from '@slimbed/runtime'
import { denseOf } from '../matrix/dense-of.js'
import type { Compressor } from '../plugin/compressor.js'
import { applyStage } from './stage.js'

/** The stages of a compressor, pipelines within it laid flat; a plain compressor is its own only stage. */
export const stagesOf = (compressor: Compressor): readonly Compressor[] =>
  compressor.stages ? compressor.stages.flatMap(stagesOf) : [compressor]

/**
 * A compressor that runs the first stage, then has each later stage rewrite every dense leaf of the result.
 *
 * Throws `bad-input` without stages.
 */
export function pipeline(...stages: readonly Compressor[]): Compressor {
  if (stages.length === 0) throw new SlimbedError('bad-input', 'a pipeline needs at least one stage')
  return {
    name: 'pipeline',
    config: { stages: stages.map(({ name, config }) => ({ name, config })) },
    stages,
    async compress(matrix, context) {
      let table = denseOf(matrix)
      for (const [i, stage] of stages.entries()) {
        const progress = (done: number, total: number) => context.progress(i + done / Math.max(1, total), stages.length)
        table = await applyStage(table, stage, { ...context, progress })
      }
      return table
    }
  }
}

import type { Compressor } from '../plugin/compressor.js'
import { stagesOf } from './pipeline.js'

/** Whether the weights of rows make a difference to a pipeline. */
export const usesWeights = (compressor: Compressor): boolean =>
  stagesOf(compressor).some((stage) => stage.usesWeights || (stage.at !== undefined && usesWeights(stage.at.stage)))

// What programs need that find plugins, read pipelines from text, and run them stage by stage.
export { stagesOf } from './pipeline/pipeline.js'
export { applyStage } from './pipeline/stage.js'
export { usesWeights } from './pipeline/uses-weights.js'
export { type AnyPlugin, isPlugin } from './plugin/any-plugin.js'
export { createRegistry, type Registry } from './plugin/registry.js'
export { describeOption, resolveOptions } from './plugin/resolve-options.js'
export { formatStage, parseSpec } from './plugin/spec.js'

import type { NodeParts } from './kind.js'
import { ruleOf, summaryRules } from './rules.js'

/**
 * A description of a node for people, besides its kind and shape: `8 bits, a scale (F32) per row`, or the types of its tensors.
 */
export function summaryOf(node: NodeParts): string {
  const rule = ruleOf(summaryRules, node)
  if (rule) return rule(node)
  return Object.entries(node.tensors)
    .map(([name, { dtype }]) => `${name} ${dtype}`)
    .join(', ')
}

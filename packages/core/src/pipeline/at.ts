import { SlimbedError } from '@slimbed/runtime'
import { denseOf } from '../matrix/dense-of.js'
import type { Compressor } from '../plugin/compressor.js'

/** Whether a stage applies to the leaf with this path. */
export type PathPredicate = (path: readonly string[]) => boolean

/** Whether `path` ends with the names in `where` (`left`, `0.left`; `*` stands for any one name). */
function endsWith(where: string): PathPredicate {
  const names = where.split('.')
  return (path) => {
    const tail = path.slice(-names.length)
    return tail.length === names.length && names.every((name, i) => name === '*' || name === tail[i])
  }
}

/**
 * A stage that rewrites only the leaves at `where`: a role such as `left`, the end of a path such as `0.left` (`*` is
 * any one name), or a predicate of the path. Other leaves stay as they are.
 *
 * Throws `bad-input` for an empty `where`.
 */
export function at(where: string | PathPredicate, stage: Compressor): Compressor {
  if (typeof where === 'string' && !/^[\w*-]+(\.[\w*-]+)*$/.test(where)) {
    throw new SlimbedError(
      'bad-input',
      `at: expected a role such as "left" or the end of a path such as "0.left", not "${where}"`
    )
  }
  const chosen = typeof where === 'string' ? endsWith(where) : where
  const label = typeof where === 'string' ? where : '(predicate)'
  return {
    name: `${label}/${stage.name}`,
    config: { where: label, stage: { name: stage.name, config: stage.config } },
    applies: (path) => chosen(path) && (stage.applies?.(path) ?? true),
    compress: async (matrix, context) => (chosen(context.path) ? stage.compress(matrix, context) : denseOf(matrix)),
    ...(stage.similarityOnly && { similarityOnly: true }),
    at: { where, stage }
  }
}

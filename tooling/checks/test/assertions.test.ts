import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { packages, root, sources } from './workspace.js'

/** How often sources overrule the compiler, for 1,000 lines of them: `value!`, and `value as Type`. */
function perThousandLines(): { nonNull: number; casts: number } {
  let [lines, nonNull, casts] = [0, 0, 0]
  const files = packages
    .filter(({ folder }) => !folder.startsWith('tooling/'))
    .flatMap((each) => sources(each).map((file) => join(root, each.folder, 'src', file)))
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    lines += text.split('\n').length - 1
    const visit = (node: ts.Node): void => {
      if (ts.isNonNullExpression(node)) nonNull++
      if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type)) casts++
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  }
  return { nonNull: (1000 * nonNull) / lines, casts: (1000 * casts) / lines }
}

test('sources seldom overrule the compiler', () => {
  const { nonNull, casts } = perThousandLines()
  console.log(`for 1,000 lines: ${nonNull.toFixed(1)} non-null assertions, ${casts.toFixed(1)} casts`)
  expect(nonNull).toBeLessThanOrEqual(5)
  expect(casts).toBeLessThanOrEqual(3.2)
})

import { SlimbedError } from '@slimbed/runtime'
import type { SchemaTree } from './metadata.js'

/** The columns of a file that can be rows of a table, and those that can be its words. */
export interface Columns {
  readonly vectors: string
  readonly words: string | undefined
  readonly warnings: readonly string[]
}

const numbers = ['FLOAT', 'DOUBLE', 'INT32', 'INT64']
/** Names that columns of words have. */
const wordNames = /^(word|words|token|tokens|term|key|label|text|name)s?$/i

/** The one leaf below a node that has no other. */
function leafOf({ children, element }: SchemaTree): SchemaTree['element'] | undefined {
  if (children.length > 1) return undefined
  return children.length === 0 ? element : leafOf(children[0])
}

const isNumber = ({ type, logical_type: logical }: SchemaTree['element']) =>
  numbers.includes(type ?? '') || logical?.type === 'FLOAT16'

/** How deep lists are nested in a column: 1 for a list of numbers. */
const depthOf = ({ element, children }: SchemaTree): number =>
  Number(element.repetition_type === 'REPEATED') + (children.length === 1 ? depthOf(children[0]) : 0)

/** Whether a column has a list of numbers in each row. */
function isVector(node: SchemaTree): boolean {
  const leaf = leafOf(node)
  return leaf !== undefined && depthOf(node) === 1 && isNumber(leaf)
}

const isText = ({ element, children }: SchemaTree) =>
  children.length === 0 &&
  element.type === 'BYTE_ARRAY' &&
  element.repetition_type !== 'REPEATED' &&
  (element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING')

const shown = ({ element, children }: SchemaTree) =>
  `${element.name} (${children.length === 0 ? (element.type ?? 'nothing') : 'nested'})`

const list = (names: readonly string[]) =>
  names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ')

/**
 * The column of lists of numbers: the one called `asked`, or the only one. Throws `bad-input`, naming the columns, where there is no such one. Words are those of the only
 * column of text, or of the one with a usual name.
 */
export function chooseColumns(name: string, tree: SchemaTree, asked: string | undefined): Columns {
  const vectors = tree.children.filter(isVector).map(({ element }) => element.name)
  const texts = tree.children.filter(isText).map(({ element }) => element.name)
  const usual = texts.filter((text) => wordNames.test(text))
  const words = texts.length === 1 ? texts[0] : usual.length === 1 ? usual[0] : undefined
  const several = `${name}: which column has the words is not clear (${list(texts)}): the rows have none`
  const warnings = words === undefined && texts.length > 1 ? [several] : []
  if (asked !== undefined && vectors.includes(asked)) return { vectors: asked, words, warnings }
  const [only, ...more] = vectors
  if (asked === undefined && only !== undefined && more.length === 0) return { vectors: only, words, warnings }
  const found = vectors.length > 0 ? list(vectors) : `none; its columns: ${list(tree.children.map(shown))}`
  const what =
    asked === undefined
      ? 'expected one column of lists of numbers'
      : `column ${JSON.stringify(asked)} has no lists of numbers`
  const choose = vectors.length > 1 ? '; choose one (--column in the command)' : ''
  throw new SlimbedError('bad-input', `${name}: ${what}, those that have: ${found}${choose}`)
}

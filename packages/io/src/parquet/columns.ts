import type { ColumnNames } from '../columns.js'
import type { SchemaTree } from './metadata.js'

const numbers = ['FLOAT', 'DOUBLE', 'INT32', 'INT64']

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

/** The columns of a schema, by what they may be. */
export const columnNames = ({ children }: SchemaTree): ColumnNames => ({
  vectors: children.filter(isVector).map(({ element }) => element.name),
  texts: children.filter(isText).map(({ element }) => element.name),
  shown: children.map(shown)
})

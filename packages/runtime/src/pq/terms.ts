import { childOf } from '../check.js'
import { dense } from '../kinds/dense.js'
import { factorsOf } from '../kinds/forms.js'
import { indexTypes, tensorOf } from '../kinds/kind.js'
import { ruleOf } from '../kinds/rules.js'
import { dots } from '../lookup/linear.js'
import { floatsOf } from '../table/half.js'
import type { Children, Table } from '../table/table.js'
import { unpackIndex } from '../trellis/codebook.js'

/** One of the terms that the inner products of a table's rows with a query are the sum of. */
export interface Term {
  /** The entry that each row takes of the term's table, `rows` numbers. */
  readonly index: ArrayLike<number>
  /** Entries of the table. */
  readonly entries: number
  /** The table for a query: the inner products of a source's rows with the columns that they stand for. */
  scores(query: Float64Array): Float64Array
}

type TermsRule = (table: Table) => readonly Term[] | undefined

const termOf = (index: ArrayLike<number>, source: Table): Term => ({
  index,
  entries: source.rows,
  scores(query) {
    const out = new Float64Array(source.rows)
    dots(source, query, out)
    return out
  }
})

/** The terms of all of some tables, each changed by `change`; undefined where one has none. */
function ofAll(children: Children, change: (term: Term, child: Table, i: number) => Term): Term[] | undefined {
  const all: Term[] = []
  for (const i of Object.keys(children).keys()) {
    const child = childOf(children, String(i))
    const terms = termsOf(child)
    if (!terms) return undefined
    all.push(...terms.map((term) => change(term, child, i)))
  }
  return all
}

function concatTerms({ children }: Table): Term[] | undefined {
  const starts = [0]
  for (const i of Object.keys(children).keys()) starts.push(starts[i] + childOf(children, String(i)).dim)
  return ofAll(children, ({ scores, ...term }, _child, i) => ({
    ...term,
    scores: (query) => scores(query.subarray(starts[i], starts[i + 1]))
  }))
}

/** The terms of `left` for the query in its axes, which is computed once for all of them. */
function productTerms(table: Table): Term[] | undefined {
  const { left, right } = factorsOf(table) ?? {}
  const terms = left && termsOf(left)
  if (!terms || !right) return undefined
  let last: { readonly query: Float64Array; readonly turned: Float64Array } | undefined
  const turn = (query: Float64Array) => {
    if (last?.query === query) return last.turned
    const turned = new Float64Array(right.rows)
    dots(right, query, turned)
    last = { query, turned }
    return turned
  }
  return terms.map(({ scores, ...term }) => ({ ...term, scores: (query) => scores(turn(query)) }))
}

function offsetTerms({ rows, dim, tensors, children }: Table): Term[] | undefined {
  const terms = termsOf(childOf(children, 'source'))
  const vector = floatsOf(tensorOf(tensors, 'offset', ['F32', 'F16'], 1))
  return terms && [...terms, termOf(new Uint8Array(rows), dense(1, dim, vector))]
}

const rules: Readonly<Record<string, TermsRule>> = {
  codebook({ rows, config, tensors, children }) {
    const { data: index } = tensorOf(tensors, 'index', ['U8'], 1)
    return [termOf(unpackIndex({ rows, bits: Number(config.bits), index }), childOf(children, 'source'))]
  },
  gather: ({ tensors, children }) => [
    termOf(tensorOf(tensors, 'index', indexTypes, 1).data, childOf(children, 'source'))
  ],
  concat: concatTerms,
  sum: ({ children }) => ofAll(children, (term) => term),
  product: productTerms,
  offset: offsetTerms
}

/** The terms of a table whose rows are made of rows of codebooks; undefined for any other table. */
export const termsOf = (table: Table): readonly Term[] | undefined => ruleOf(rules, table)?.(table)

import { denseDots, denseValues, expandDense, selectDense } from './dense-rules.js'
import { expandGather, gatherWeights, selectGather } from './gather-rules.js'
import type {
  AddRowsRule,
  CodesRule,
  DotsRule,
  ExpandRule,
  FactorsRule,
  NormsRule,
  PartsRule,
  SelectRule,
  SummaryRule,
  ValuesRule,
  WeightsRule
} from './kind.js'
import { expandPartition, partitionParts, partitionWeights, selectPartition } from './partition-rules.js'
import {
  addProductRows,
  expandProduct,
  productDots,
  productFactors,
  productNorms,
  productWeights,
  selectProduct
} from './product-rules.js'
import { expandQuantized, quantizedCodes, quantizedDots, quantizedSummary, selectQuantized } from './quantized-rules.js'
import { expandSum, selectSum, sumWeights } from './sum-rules.js'

// What can be asked of a table besides its rows: its own answer goes first, then that of its kind here, then what can be had from
// its rows. A record for each question, so that a bundle holds those that it asks and no more.

/** Rules by the name of the kind. */
type Rules<Rule> = Readonly<Record<string, Rule>>

/** The rule of a table's kind. */
export const ruleOf = <Rule>(rules: Rules<Rule>, { kind }: { readonly kind: string }): Rule | undefined =>
  Object.hasOwn(rules, kind) ? rules[kind] : undefined

/** Weighted sums of rows. */
export const addRowsRules: Rules<AddRowsRule> = { product: addProductRows }

/** Inner products of all rows with a query. */
export const dotRules: Rules<DotsRule> = { dense: denseDots, quantized: quantizedDots, product: productDots }

/** Squared norms of all rows. */
export const normRules: Rules<NormsRule> = { product: productNorms }

/** Weights of the rows of children, by their names, given those of the rows. */
export const weightsRules: Rules<WeightsRule> = {
  product: productWeights,
  partition: partitionWeights,
  gather: gatherWeights,
  sum: sumWeights
}

/** Rows in blocks, over operands that are read in blocks. */
export const expandRules: Rules<ExpandRule> = {
  dense: expandDense,
  quantized: expandQuantized,
  product: expandProduct,
  partition: expandPartition,
  gather: expandGather,
  sum: expandSum
}

/** Some rows out of a file, without the others. */
export const selectRules: Rules<SelectRule> = {
  dense: selectDense,
  quantized: selectQuantized,
  product: selectProduct,
  partition: selectPartition,
  gather: selectGather,
  sum: selectSum
}

/** What a table is made of, for programs that work on its parts. */
export const valuesRules: Rules<ValuesRule> = { dense: denseValues }
export const codesRules: Rules<CodesRule> = { quantized: quantizedCodes }
export const factorsRules: Rules<FactorsRule> = { product: productFactors }
export const partsRules: Rules<PartsRule> = { partition: partitionParts }

/** What a person is told of a node. */
export const summaryRules: Rules<SummaryRule> = { quantized: quantizedSummary }

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

// Computations on a table besides reading its rows. A table's own method is used first, then the rule of its kind here, then its
// rows. There is a record for each computation, so that a bundle contains only those that it uses.

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

/** The parts of a table, for programs that work on them. */
export const valuesRules: Rules<ValuesRule> = { dense: denseValues }
export const codesRules: Rules<CodesRule> = { quantized: quantizedCodes }
export const factorsRules: Rules<FactorsRule> = { product: productFactors }
export const partsRules: Rules<PartsRule> = { partition: partitionParts }

/** Descriptions of nodes for people. */
export const summaryRules: Rules<SummaryRule> = { quantized: quantizedSummary }

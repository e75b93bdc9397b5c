import { SlimbedError } from '@slimbed/core'
import { bytesOf, contentOf, type Field, fieldsOf, numberOf, textOf } from '../wire/reader.js'
import { type Graph, readGraph } from './graph.js'

/** A ModelProto: its graph, and where that lies among the other fields, which are copied. */
export interface Model {
  readonly bytes: Uint8Array
  readonly irVersion: number
  /** The version of the operators of ONNX itself. */
  readonly opset: number
  /** The other domains that it takes operators of. */
  readonly domains: ReadonlySet<string>
  readonly graph: Graph
  /** The field of the graph. */
  readonly graphField: Field
}

/** Field numbers of ModelProto. */
export const modelFields = { irVersion: 1, producer: 2, graph: 7, opset: 8 } as const

/** An OperatorSetIdProto. */
function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  let [domain, version] = ['', 0]
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = textOf(bytes, field)
    else if (field.number === 2) version = numberOf(bytes, field)
  }
  return { domain, version }
}

/**
 * An ONNX file: what is needed of it, as views of its bytes. Throws `corrupt-file` for one that is none, `too-large` beyond what real
 * models have. Time and memory are linear in the file.
 */
export function readModel(bytes: Uint8Array): Model {
  let [irVersion, opset] = [0, 0]
  const domains = new Set<string>()
  let graphField: Field | undefined
  for (const field of fieldsOf(bytes)) {
    if (field.number === modelFields.irVersion) irVersion = numberOf(bytes, field)
    else if (field.number === modelFields.graph && field.wire === 2) {
      if (graphField) throw new SlimbedError('corrupt-file', 'not an ONNX file, or a damaged one: it has two graphs')
      graphField = field
    } else if (field.number === modelFields.opset) {
      const { domain, version } = readOpset(bytesOf(bytes, field))
      if (domain === '' || domain === 'ai.onnx') opset = version
      else domains.add(domain)
    }
  }
  if (!graphField) throw new SlimbedError('corrupt-file', 'not an ONNX file, or a damaged one: it has no graph')
  if (!(opset >= 1)) throw new SlimbedError('corrupt-file', 'not an ONNX file, or a damaged one: it has no opset')
  const graph = readGraph(contentOf(bytes, graphField), { items: 0 })
  return { bytes, irVersion, opset, domains, graph, graphField }
}

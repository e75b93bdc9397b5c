/** How a weight is stored, where that is not its type: numbers `q` that stand for `q · scale + min`, or half floats. */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16'
  readonly min?: number
  readonly scale?: number
  readonly original_dtype?: string
}

/** An entry of the manifest of weights. */
export interface WeightSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly quantization?: Quantization
}

/** A weight and its bytes, little-endian. */
export interface Weight {
  readonly spec: WeightSpec
  readonly bytes: Uint8Array
}

/** A node of a graph, as `model.json` has it. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr?: Readonly<Record<string, unknown>>
}

/** A graph model that has been read. */
export interface GraphModel {
  /** `model.json` as it is. */
  readonly json: Readonly<Record<string, unknown>>
  readonly nodes: readonly GraphNode[]
  /** In the order of the manifest. */
  readonly weights: ReadonlyMap<string, Weight>
}

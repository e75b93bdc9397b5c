/** How tensors of one type are stored: blocks of values, each of so many bytes. */
export interface BlockSize {
  readonly name: string
  /** Values of a block: consecutive columns of one row. */
  readonly values: number
  readonly bytes: number
}

/** The types of tensors by their number in a file, as llama.cpp has them (`ggml_type`), with their names there. */
const types: readonly (readonly [number, string, number, number])[] = [
  [0, 'F32', 1, 4],
  [1, 'F16', 1, 2],
  [2, 'Q4_0', 32, 18],
  [3, 'Q4_1', 32, 20],
  [6, 'Q5_0', 32, 22],
  [7, 'Q5_1', 32, 24],
  [8, 'Q8_0', 32, 34],
  [10, 'Q2_K', 256, 84],
  [11, 'Q3_K', 256, 110],
  [12, 'Q4_K', 256, 144],
  [13, 'Q5_K', 256, 176],
  [14, 'Q6_K', 256, 210],
  [16, 'IQ2_XXS', 256, 66],
  [17, 'IQ2_XS', 256, 74],
  [18, 'IQ3_XXS', 256, 98],
  [19, 'IQ1_S', 256, 50],
  [20, 'IQ4_NL', 32, 18],
  [21, 'IQ3_S', 256, 110],
  [22, 'IQ2_S', 256, 82],
  [23, 'IQ4_XS', 256, 136],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 56],
  [30, 'BF16', 1, 2],
  [34, 'TQ1_0', 256, 54],
  [35, 'TQ2_0', 256, 66],
  [39, 'MXFP4', 32, 17],
  [40, 'NVFP4', 64, 36]
]

/** Types whose blocks are known, by their number. Tensors of others are copied as they are. */
export const blockSizes: ReadonlyMap<number, BlockSize> = new Map(
  types.map(([id, name, values, bytes]) => [id, { name, values, bytes }])
)

/** The number of each type, by its name. */
export const typeNumbers: ReadonlyMap<string, number> = new Map(types.map(([id, name]) => [name, id]))

/** The name of a type, for errors too: `type 99` for one that is not known. */
export const typeName = (id: number): string => blockSizes.get(id)?.name ?? `type ${id}`

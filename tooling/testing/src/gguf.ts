/** A tensor for `ggufFile`. */
export interface GgufTensorParts {
  readonly name: string
  /** Rows first. */
  readonly shape: readonly number[]
  /** The number of its type in llama.cpp: 0 is float32. */
  readonly type: number
  readonly data: Uint8Array
}

/** What `ggufFile` puts in a file. */
export interface GgufParts {
  readonly version?: number
  /** Written to the metadata unless it is 32, which is what a file without it has. */
  readonly alignment?: number
  readonly tokens?: readonly (string | Uint8Array)[]
  /** Further values: key, number of the type, bytes. */
  readonly metadata?: readonly (readonly [string, number, Uint8Array])[]
  readonly tensors: readonly GgufTensorParts[]
  /** Whether there is padding behind the last tensor. */
  readonly padded?: boolean
}

const uint32 = (value: number) => {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(value)
  return out
}

const uint64 = (value: number) => {
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(BigInt(value))
  return out
}

const text = (value: string | Uint8Array) => {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}

const pad = (length: number, alignment: number) => Buffer.alloc((alignment - (length % alignment)) % alignment)

/** A GGUF file, made of its parts as llama.cpp's documentation of the format says. */
export function ggufFile(parts: GgufParts): Buffer {
  const { version = 3, alignment = 32, tokens, metadata = [], tensors, padded = true } = parts
  const values = [
    ...(alignment === 32 ? [] : [[text('general.alignment'), uint32(4), uint32(alignment)]]),
    ...metadata.map(([key, type, bytes]) => [text(key), uint32(type), bytes]),
    ...(tokens
      ? [[text('tokenizer.ggml.tokens'), uint32(9), uint32(8), uint64(tokens.length), ...tokens.map(text)]]
      : [])
  ]
  const data: Buffer[] = []
  let offset = 0
  const list = tensors.map(({ name, shape, type, data: bytes }, i) => {
    const entry = [text(name), uint32(shape.length), ...shape.toReversed().map(uint64), uint32(type), uint64(offset)]
    const own = [Buffer.from(bytes), ...(padded || i < tensors.length - 1 ? [pad(bytes.length, alignment)] : [])]
    data.push(...own)
    offset += own.reduce((sum, { length }) => sum + length, 0)
    return Buffer.concat(entry)
  })
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(version),
    uint64(tensors.length),
    uint64(values.length),
    ...values.flat(),
    ...list
  ])
  return Buffer.concat([header, pad(header.length, alignment), ...data])
}

/** Float32 values as the bytes of a tensor. */
export const floatBytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

import type { Option } from 'commander'
import type { ComputeFlags, JsonFlag } from '../flags/shared.js'
import type { Session } from '../session/session.js'

/** The flags of `slimbed rewrite` that every format has. */
export interface RewriteFlags extends ComputeFlags, JsonFlag {
  readonly output: string
}

/** What the format of a model is told by. */
export interface ModelStart {
  readonly path: string
  /** Whether it is a folder; then there are no bytes. */
  readonly folder: boolean
  /** The first bytes, 4096 at most. */
  readonly head: Uint8Array
}

/** What `slimbed inspect` shows of a model. */
export interface ModelContents {
  /** Bytes of the file. */
  readonly bytes: number
  /** What there is to know of it in a few words each: `GGUF 3`, `32,000 tokens`. */
  readonly facts: readonly string[]
  readonly tensors: readonly ModelTensor[]
}

/** A tensor of a model: shapes are those that NumPy has, and `bytes` is absent where the type is not known. */
export interface ModelTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: string
  readonly bytes?: number | undefined
}

/** A format of models that are made smaller in place. Its file is loaded with the flags of the command, so that what does the work is imported by `run`. */
export interface ModelFormat<Flags extends RewriteFlags = RewriteFlags> {
  /** As help and errors name it: `GGUF`. */
  readonly name: string
  detect(start: ModelStart): boolean
  /** The flags that it takes besides those of every format. One that several formats have is of `options.ts`. */
  readonly options: readonly Option[]
  /** What to do instead of a flag of another format, by its name: `{ pipeline: 'choose --type' }`. */
  readonly instead?: Readonly<Record<string, string>>
  /**
   * Writes the model at `path`, which can be opened, anew and prints what became of it. It checks `-o` itself, since that may be a folder. Nothing is
   * written unless what was written has been read back and is right.
   */
  run(path: string, flags: Flags, session: Session): Promise<void>
  /** What is in the model at `path`, for `slimbed inspect`. */
  describe?(path: string): Promise<ModelContents>
}

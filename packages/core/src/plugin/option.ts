/** One option of a stage: its type, bounds, default and one line of help. */
export interface Option<T> {
  readonly type: 'integer' | 'number' | 'boolean' | 'choice'
  readonly help: string
  readonly default: T
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
}

/** The options of a stage by name. */
// biome-ignore lint/suspicious/noExplicitAny: the one erased plugin type
export type OptionSchema = Readonly<Record<string, Option<any>>>

/** The values of a schema's options. */
export type OptionsOf<Schema extends OptionSchema> = {
  readonly [Name in keyof Schema]: Schema[Name] extends Option<infer T> ? T : never
}

interface Bounds {
  readonly help: string
  readonly min?: number
  readonly max?: number
}

function numeric(type: 'integer' | 'number') {
  function make(spec: Bounds & { readonly default: number }): Option<number>
  function make(spec: Bounds): Option<number | undefined>
  function make(spec: Bounds & { readonly default?: number }): Option<number | undefined> {
    return { type, default: undefined, ...spec }
  }
  return make
}

function choice<const C extends string>(spec: {
  readonly help: string
  readonly choices: readonly C[]
  readonly default: NoInfer<C>
}): Option<C>
function choice<const C extends string>(spec: {
  readonly help: string
  readonly choices: readonly C[]
}): Option<C | undefined>
function choice(spec: { readonly help: string; readonly choices: readonly string[]; readonly default?: string }) {
  return { type: 'choice' as const, default: undefined, ...spec }
}

/** Functions that define options. Without a default, the value is undefined unless given. */
export const option = {
  integer: numeric('integer'),
  number: numeric('number'),
  boolean: (spec: { readonly help: string; readonly default: boolean }): Option<boolean> => ({
    type: 'boolean',
    ...spec
  }),
  choice
}

import { type Compressor, type CompressorPlugin, isSlimbedError, pipeline, type Wanted } from '@slimbed/core'

/** A compressor of any options. */
// biome-ignore lint/suspicious/noExplicitAny: plugins of a list have schemas of their own
export type Plugin = CompressorPlugin<any>

/** A pipeline whose size may be tuned. */
export interface Recipe {
  /** The names of its stages. */
  readonly family: string
  readonly tunable: boolean
  /** Whether it is tuned and loses less of a few rows than of all, as `Candidate` says. */
  readonly fitted: boolean
  /** The family that it is not tried without, as `Candidate` says. */
  readonly refines?: string | undefined
  /** The bits a value that its last tuned stage is first given. */
  readonly bits: number
  /** The stages for so many bits; undefined where there are none. */
  at(bits: number): readonly Compressor[] | undefined
}

/** The stages of a recipe as one compressor. */
export const compressorOf = (stages: readonly Compressor[]): Compressor =>
  stages.length === 1 ? stages[0] : pipeline(...stages)

/** What `make` makes, or nothing for options that the plugin does not take. */
function orNone(make: () => Compressor): Compressor | undefined {
  try {
    const made = make()
    return made.similarityOnly ? undefined : made
  } catch (error) {
    if (isSlimbedError(error)) return undefined
    throw error
  }
}

/** Five digits: as close as a size is met, and short to write. */
const rounded = (value: number) => Number(value.toPrecision(5))

/** The recipes of one stage that a plugin offers. Those that offer none are tried at their defaults. */
export function recipesOf(plugin: Plugin, wanted: Wanted): Recipe[] {
  const offers = plugin.candidates ? plugin.candidates(wanted) : [{ options: {} }]
  return offers.flatMap((offer): Recipe[] => {
    const { options, rate, fitted = false, refines } = offer
    const make = (bits: number) =>
      orNone(() => plugin({ ...options, ...(rate && { [rate.option]: rounded(rate.at(bits)) }) }))
    if (!make(wanted.bits)) return []
    const at = (bits: number) => {
      const made = make(bits)
      return made && [made]
    }
    return [
      {
        family: plugin.id,
        tunable: rate !== undefined,
        fitted: fitted && rate !== undefined,
        refines,
        bits: wanted.bits,
        at
      }
    ]
  })
}

/** A recipe after a stage: the second is tuned where it can be, else the first. */
export function after(first: Recipe, second: Recipe): Recipe {
  const tunesFirst = first.tunable && !second.tunable
  const { bits } = tunesFirst ? first : second
  return {
    family: `${first.family} | ${second.family}`,
    tunable: first.tunable || second.tunable,
    fitted: false,
    bits,
    at(wanted) {
      const before = first.at(tunesFirst ? wanted : first.bits)
      const last = second.at(tunesFirst ? second.bits : wanted)
      return before && last && [...before, ...last]
    }
  }
}

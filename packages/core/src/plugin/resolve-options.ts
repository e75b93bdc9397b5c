import { SlimbedError } from '@slimbed/runtime'
import { closestMatch } from 'leven'
import type { Option, OptionSchema, OptionsOf } from './option.js'

/** `; did you mean "x"?` for the known name nearest to `name`, or nothing when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const maxDistance = Math.max(2, Math.floor(name.length / 3))
  const match = closestMatch(name, [...known], { maxDistance })
  return match === undefined ? '' : `; did you mean "${match}"?`
}

/** What an option allows, as a person would say it: `an integer from 1 to 16`. */
export function describeOption(option: Option<unknown>): string {
  if (option.choices) return `one of ${option.choices.join(', ')}`
  if (option.type === 'boolean') return 'true or false'
  const noun = option.type === 'integer' ? 'an integer' : 'a number'
  const { min, max } = option
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`
  if (min !== undefined) return `${noun} of ${min} or more`
  return max === undefined ? noun : `${noun} of ${max} or less`
}

function allows(option: Option<unknown>, value: unknown): boolean {
  if (option.choices) return typeof value === 'string' && option.choices.includes(value)
  if (option.type === 'boolean') return typeof value === 'boolean'
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (option.type === 'integer' && !Number.isInteger(value)) return false
  return value >= (option.min ?? -Infinity) && value <= (option.max ?? Infinity)
}

/**
 * The options of stage `stage`: what was given, checked against the schema, over the defaults.
 *
 * Throws `unknown-option` for a name that the schema lacks and `bad-option` for a value that it does not allow.
 */
export function resolveOptions<Schema extends OptionSchema>(
  stage: string,
  schema: Schema,
  given: Readonly<Record<string, unknown>>
): OptionsOf<Schema> {
  const names = Object.keys(schema)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(schema, name)) continue
    const allowed = names.length === 0 ? 'it has no options' : `allowed: ${names.join(', ')}`
    throw new SlimbedError(
      'unknown-option',
      `${stage}: unknown option "${name}" (${allowed})${suggestion(name, names)}`
    )
  }
  const resolved = new Map<string, unknown>()
  for (const [name, option] of Object.entries(schema)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value !== undefined && !allows(option, value)) {
      const shown = JSON.stringify(value) ?? String(value)
      throw new SlimbedError('bad-option', `${stage}: option ${name} must be ${describeOption(option)}, not ${shown}`)
    }
    resolved.set(name, value === undefined ? option.default : value)
  }
  return Object.fromEntries(resolved) as OptionsOf<Schema>
}

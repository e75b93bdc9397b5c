import { isObject, type Json } from '@slimbed/runtime'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { count, decimal } from './text/units.js'

/** The most leaves of a stage whose details are shown to a person. */
const mostLeaves = 3

const isNumber = (value: Json | undefined): value is number => typeof value === 'number'

const number = (value: number) => (Number.isInteger(value) ? count(value) : decimal(value))

/** One value: a number, what it was before and after, or where a series of numbers began and ended. */
function show(value: Json): string {
  if (isNumber(value)) return number(value)
  if (isObject(value) && isNumber(value.before) && isNumber(value.after)) {
    return `${number(value.before)} → ${number(value.after)}`
  }
  if (Array.isArray(value) && value.length > 1 && value.every(isNumber)) {
    return `${number(value[0])} → ${number(value[value.length - 1])} in ${count(value.length - 1)} steps`
  }
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** The facts that stages reported about their run, as text for people; empty if there are none. */
export function showDetails(stages: Json | undefined): string {
  const lines: string[][] = []
  for (const stage of Array.isArray(stages) ? stages : []) {
    if (!isObject(stage) || !isObject(stage.details)) continue
    const leaves = Object.entries(stage.details)
    for (const [path, found] of leaves.slice(0, mostLeaves)) {
      const name = [String(stage.name), path].filter((part) => part !== '').join(' ')
      for (const [key, value] of Object.entries(isObject(found) ? found : {})) {
        lines.push([printable(name), printable(key), show(value)])
      }
    }
    if (leaves.length > mostLeaves) lines.push([printable(String(stage.name)), '…', '--json shows all'])
  }
  return alignColumns(
    lines.map(([name, ...rest], i) => [lines[i - 1]?.[0] === name ? '' : name, ...rest]),
    'lll'
  )
}

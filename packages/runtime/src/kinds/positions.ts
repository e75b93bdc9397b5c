import { fail } from '../check.js'

/** Where each row lies in its part, `rows` numbers. Throws `bad-input` unless every part has its group's rows. */
export function positions(group: ArrayLike<number>, parts: readonly { readonly rows: number }[]): Uint32Array {
  const members = new Uint32Array(parts.length)
  const position = new Uint32Array(group.length)
  for (let i = 0; i < position.length; i++) {
    const id = group[i]
    if (id >= parts.length)
      fail('bad-input', `partition: row ${i} is of group ${id}, but there are ${parts.length} parts`)
    position[i] = members[id]++
  }
  const wrong = parts.findIndex((part, id) => part.rows !== members[id])
  if (wrong < 0) return position
  return fail(
    'bad-input',
    `partition: part ${wrong} has ${parts[wrong].rows} rows, but its group has ${members[wrong]}`
  )
}

import type { ReadOptions } from './source.js'

/** Calls `read` for every value of a record, and waits for all results. */
export async function together<A, B>(
  record: Readonly<Record<string, A>>,
  read: (value: A, name: string) => Promise<B>
): Promise<Record<string, B>> {
  const entries = Object.entries(record).map(async ([name, value]) => [name, await read(value, name)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** A function that reads once and returns the same result afterwards. A failed read is repeated by the next call. */
export function once<T>(read: (options: ReadOptions) => Promise<T>): (options: ReadOptions) => Promise<T> {
  let found: { readonly value: T } | undefined
  return async (options) => {
    found ??= { value: await read(options) }
    return found.value
  }
}

import type { ReadOptions } from './source.js'

/** The values of a record, awaited together. */
export async function together<A, B>(
  record: Readonly<Record<string, A>>,
  read: (value: A, name: string) => Promise<B>
): Promise<Record<string, B>> {
  const entries = Object.entries(record).map(async ([name, value]) => [name, await read(value, name)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** Remembers the result of a read. A read that failed is repeated at the next call. */
export function once<T>(read: (options: ReadOptions) => Promise<T>): (options: ReadOptions) => Promise<T> {
  let found: { readonly value: T } | undefined
  return async (options) => {
    found ??= { value: await read(options) }
    return found.value
  }
}

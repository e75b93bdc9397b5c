/** Whether lines end in carriage returns alone, by the first bytes. */
export const endsInReturns = (head: Uint8Array): boolean => !head.includes(10) && head.includes(13)

/** Line feeds for carriage returns. */
export async function* withLineFeeds(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.map((byte) => (byte === 13 ? 10 : byte))
}

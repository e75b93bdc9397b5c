/** Memory for shards that is used again: to have it anew from the system takes longer than to fill it. */
export interface Rooms {
  /** Memory that nobody uses, if there is any. */
  take(): Uint8Array | undefined
  /** Gives memory back, in which there may be bytes that were taken from it. */
  give(bytes: Uint8Array): void
}

/** At most so much memory, all the same whether it is needed once more. */
export function createRooms(most: number): Rooms {
  const rooms: Uint8Array[] = []
  return {
    take: () => rooms.pop(),
    give({ buffer }) {
      if (rooms.length < most) rooms.push(new Uint8Array(buffer))
    }
  }
}

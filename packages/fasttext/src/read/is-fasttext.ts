/** The first number of every file. */
export const magic = 793712314

/** Whether a file is a fastText model, by its first bytes. */
export const isFastText = (head: Uint8Array): boolean =>
  head.length >= 8 && new DataView(head.buffer, head.byteOffset, head.length).getInt32(0, true) === magic

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** Whether bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  const text = decoder.decode(bytes)
  if (!text.includes('\ufffd')) return true
  const again = encoder.encode(text)
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i])
}

import { Broken } from './failure.js'

/** What a server answered; the body is read within the request, so that reading it again is a new request. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Exactly `length` bytes of the body, in `into` if given. Rejects where more or less come. */
  bytes(length: number, into?: Uint8Array): Promise<Uint8Array>
  /** The body as text, at most its first `most` bytes. */
  text(most: number): Promise<string>
}

/** The body of a response; `alive` is called with the bytes that have come since its last call. */
export function answerOf(response: Response, alive: (bytes: number) => void): Answer {
  const { status, headers } = response
  return {
    status,
    headers,
    async bytes(length, into = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)) {
      let used = 0
      const reader = response.body?.getReader()
      for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
        const { value } = next
        if (used + value.length > length) throw new Broken(`more than the ${length} bytes asked for came`)
        into.set(value, used)
        used += value.length
        alive(value.length)
      }
      if (used < length) throw new Broken(`the answer broke off after ${used} of ${length} bytes`)
      return into
    },
    async text(most) {
      const decoder = new TextDecoder()
      let text = ''
      let left = most
      const reader = response.body?.getReader()
      for (let next = await reader?.read(); next && !next.done && left > 0; next = await reader?.read()) {
        const part = next.value.subarray(0, left)
        left -= part.length
        text += decoder.decode(part, { stream: true })
        alive(part.length)
      }
      await reader?.cancel()
      return text
    }
  }
}

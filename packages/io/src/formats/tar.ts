const blockBytes = 512
/** Where the checksum of a header lies. */
const sum = { start: 148, end: 156 }

/** Whether bytes begin with the header of a tar archive, old or new: 512 bytes with the sum of them, in octal. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < blockBytes || head[0] === 0) return false
  const digits = new TextDecoder('latin1').decode(head.subarray(sum.start, sum.end))
  const [, octal] = /^ *([0-7]+)[ \0]*$/.exec(digits) ?? []
  if (octal === undefined) return false
  let total = 0
  for (let i = 0; i < blockBytes; i++) total += i >= sum.start && i < sum.end ? 32 : head[i]
  return total === Number.parseInt(octal, 8)
}

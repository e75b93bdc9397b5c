import prettyBytes from 'pretty-bytes'

/** `1.2 MB`: powers of 1000. */
export const bytes = (count: number): string => prettyBytes(Math.round(count), { space: true })

/** `41,353`. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** `10,000 words`, `1 word`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** `10,000 × 100`. */
export const shape = ({ rows, dim }: { readonly rows: number; readonly dim: number }): string =>
  `${count(rows)} × ${count(dim)}`

const factor = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ×`

/** `2 % larger`, `24.0 × larger`, for a ratio below 1. */
const larger = (ratio: number): string => {
  const percent = Math.round(100 * (1 / ratio - 1))
  return percent < 100 ? `${percent} % larger` : `${factor(1 / ratio)} larger`
}

const isLarger = (ratio: number): boolean => ratio < 1 && 1 - ratio >= 0.005

/** `15.1 ×`: how many times smaller, below a heading that says so; `2 % larger` where it is not. */
export const times = (ratio: number): string => (isLarger(ratio) ? larger(ratio) : factor(ratio))

/** `15.1 × smaller`; `no smaller` to within a hundredth, and `6 % larger` or `2.5 × larger` beyond that. */
export const smaller = (ratio: number): string => {
  if (Math.abs(ratio - 1) < 0.01) return 'no smaller'
  return ratio > 1 ? `${factor(ratio)} smaller` : larger(ratio)
}

/** Errors and cosines: four digits after the point, smaller values as `1.2e-7`, and `–` for none. */
export const decimal = (value: number): string =>
  Number.isNaN(value) ? '–' : value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(1) : value.toFixed(4)

/** `87.5 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `0.42 s`, `2.3 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

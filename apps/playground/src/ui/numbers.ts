import prettyBytes from 'pretty-bytes'

export const bytes = (count: number): string => prettyBytes(count)
export const times = (ratio: number): string => `${ratio.toFixed(1)} ×`
export const error = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(4))
export const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`)
export const count = (value: number): string => value.toLocaleString('en')

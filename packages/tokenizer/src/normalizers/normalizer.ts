/** What is known of the beginning of a text. */
export interface Lead {
  /** Whether the first character is still the first one of the text: a normalizer that removes it says so. */
  first: boolean
}

/** Makes a text uniform before it is split. */
export type Normalizer = (text: string, lead: Lead) => string

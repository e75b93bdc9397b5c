/** What reads a seed. */
export const kinds = [
  'vectors',
  'artefact',
  'model',
  'classifier',
  'checkpoint',
  'static-model',
  'tokenizer',
  'gguf',
  'counts',
  'words',
  'tasks'
] as const

export type Kind = (typeof kinds)[number]

/** Small valid files to damage: one file, or a folder of which one is damaged. */
export interface Seed {
  readonly kind: Kind
  readonly name: string
  readonly files: Readonly<Record<string, Uint8Array>>
}

/** A file of a folder. */
export interface FolderFile {
  /** Below the folder, or with its name before. */
  readonly path: string
  readonly file: File
}

/** What the page gives to be opened. */
export interface Given {
  /** Of a folder, an empty file that has its name. */
  readonly file: File
  /** The files of the folder of a static model. */
  readonly folder?: readonly FolderFile[] | undefined
  /** The tensor, of a file that has several. */
  readonly tensor?: string | undefined
  /** The words of the rows, one a line. */
  readonly words?: File | undefined
  /** Counts of words, which say how much rows matter. */
  readonly counts?: File | undefined
}

/** A file with several matrices: one has to be chosen. */
export interface Choice {
  readonly name: string
  readonly tensors: readonly string[]
}

/** A table that the page has opened. */
export interface Opened {
  readonly name: string
  readonly rows: number
  readonly dim: number
  /** Of the file. */
  readonly bytes: number
  /** An artefact is compressed already: it can be searched, not compressed again. */
  readonly artefact: boolean
  /** Whether it turns texts into vectors: a static model. */
  readonly encodes: boolean
  /** Some of the first words; none where the table has no words. */
  readonly words: readonly string[]
  readonly warnings: readonly string[]
  /** The artefact as a run, so that it can be looked into. */
  readonly run?: Run
}

/** What one pipeline made of the table. */
export interface Run {
  readonly id: number
  readonly spec: string
  /** Of the artefact's file. */
  readonly fileBytes: number
  /** The file without the words. */
  readonly bytes: number
  readonly ratio: number
  /** NaN where a table keeps only similarities between rows, and for an artefact without this figure. */
  readonly relativeError: number
  /** The engine; undefined for an artefact. */
  readonly backend?: string
  /** What a person should know of it; '' where that is nothing. */
  readonly note: string
  /** The share of the 10 nearest rows that are kept; NaN for an artefact. */
  readonly overlap: number
  /** Whether it turns texts into vectors. */
  readonly encodes: boolean
}

/** Something of a model as it was, where there is one, and of what became of it. */
export interface BothSides<T> {
  readonly before: T | undefined
  readonly after: T
}

/** A line of those that were searched, and its cosine with the text that was looked for. */
export interface FoundText {
  readonly line: number
  readonly text: string
  readonly score: number
}

/** A pipeline for a size, and what it would come to: by samples of the rows. */
export interface Estimate {
  readonly spec: string
  /** Of the file. */
  readonly bytes: number
  readonly relativeError: number
}

/** A word and its cosine with the one asked about. */
export interface Neighbour {
  readonly word: string
  readonly score: number
}

/** Neighbours in the table as it was, where there is one, and in what became of it. */
export interface Neighbours {
  readonly before: readonly Neighbour[] | undefined
  readonly after: readonly Neighbour[]
}

/** A word at its places on the map. */
export interface Place {
  readonly word: string
  readonly before: readonly [number, number]
  readonly after: readonly [number, number]
}

/** Told what is being done, and how far it is, 0 to 1. */
export type Progress = (what: string, share: number) => void

/** What the page asks of its worker; what goes wrong is a message for people. */
export interface Api {
  /** Opens a table in place of the one there is, and ends what is being opened or compressed. */
  open(given: Given, progress: Progress): Promise<Opened | Choice>
  openSample(progress: Progress): Promise<Opened | Choice>
  /** What is wrong with a spec; undefined where nothing is. */
  check(spec: string): string | undefined
  compress(spec: string, progress: Progress): Promise<Run>
  /** The pipeline that loses least in a file so many times smaller than float32, estimated. */
  estimate(ratio: number): Promise<Estimate>
  /** The same, run on all rows: the file is within 1 % of that size. */
  plan(ratio: number, progress: Progress): Promise<Run>
  /** Ends what is being opened or compressed: it rejects as "interrupted". */
  stop(): void
  neighbours(id: number, word: string, k: number): Neighbours
  /** Places of the first words, or of a word and its neighbours. */
  places(id: number, word: string | undefined): Promise<readonly Place[]>
  artefact(id: number): Uint8Array
  /** The cosine of two texts. */
  similarity(id: number, a: string, b: string): BothSides<number>
  /** The `k` lines that are nearest to a text, the nearest first. */
  nearestTexts(id: number, query: string, lines: readonly string[], k: number): BothSides<readonly FoundText[]>
}

/** Pairs of words with similarity scores given by people. */
export interface SimilarityTask {
  readonly kind: 'similarity'
  readonly name: string
  /** The first and second word of each pair. */
  readonly first: readonly string[]
  readonly second: readonly string[]
  /** One number a pair; only their order counts. */
  readonly scores: readonly number[]
}

/** Questions of one relation: a is to b as c is to what? */
export interface AnalogySection {
  readonly name: string
  /** a, b, c and the answer. */
  readonly questions: readonly (readonly [string, string, string, string])[]
}

/** Analogy questions, in sections. */
export interface AnalogyTask {
  readonly kind: 'analogy'
  readonly name: string
  readonly sections: readonly AnalogySection[]
}

/** Words, and the class that each belongs to. */
export interface CategorizationTask {
  readonly kind: 'categorization'
  readonly name: string
  readonly words: readonly string[]
  /** One a word. */
  readonly classes: readonly string[]
}

/** Sentences, and the label of each. */
export interface Sentences {
  /** The words of each sentence, as the file separates them. */
  readonly texts: readonly (readonly string[])[]
  /** One a sentence: whole numbers. */
  readonly labels: readonly number[]
}

/** Sentences to classify: with a part to test on, or to be split into ten folds. */
export interface ClassificationTask {
  readonly kind: 'classification'
  readonly name: string
  readonly train: Sentences
  readonly test?: Sentences
}

/** A task for a table of word vectors. */
export type Task = SimilarityTask | AnalogyTask | CategorizationTask | ClassificationTask

/** The kinds of tasks. */
export type TaskKind = Task['kind']

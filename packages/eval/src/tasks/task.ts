/** Pairs of words or texts with similarity scores given by people. */
export interface SimilarityTask {
  readonly kind: 'similarity'
  readonly name: string
  /** The first and second of each pair. */
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

/** Queries, and the texts to find for them among all texts. */
export interface RetrievalTask {
  readonly kind: 'retrieval'
  readonly name: string
  readonly queries: readonly string[]
  readonly texts: readonly string[]
  /** For each query the places in `texts` of those that answer it, at least one. */
  readonly answers: readonly (readonly number[])[]
}

/** A task for a table of word vectors, or for a sentence model. */
export type Task = SimilarityTask | AnalogyTask | CategorizationTask | ClassificationTask | RetrievalTask

/** The kinds of tasks. */
export type TaskKind = Task['kind']

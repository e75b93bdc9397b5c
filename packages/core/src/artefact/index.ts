// What is in an artefact besides its table, and where it came from.
export type { PlainTensor, SavedModel } from './contents.js'
export { isSimilarityOnly, type Origin, provenanceOf, provenanceOfTable, type WeightsSource } from './provenance.js'
export { saveModelTo } from './save.js'
export type { ReadableSink } from './write.js'

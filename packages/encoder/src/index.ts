export { encoderExtra, extraBytes, hasEncoder, type StoredEncoder, storedEncoder } from './artefact.js'
export {
  createEncoder,
  type EncodeOptions,
  type Encoder,
  type EncoderParts,
  type TextOrVector
} from './encoder.js'
export { encoderOf, type LoadEncoderOptions, loadEncoder } from './load.js'
export { openEncoder, type RemoteEncodeOptions, type RemoteEncoder } from './remote.js'
export type { EncoderSettings } from './settings.js'

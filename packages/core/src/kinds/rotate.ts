// Rotations from a seed.
export { gaussian, hadamard } from '@slimbed/runtime/rotate'

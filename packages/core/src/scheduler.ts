/** A learning-rate schedule: a pure function of the step. */
export interface Scheduler {
  readonly name: string
  /** The learning rate of step `step` (0, 1, 2 …). */
  rate(step: number): number
}

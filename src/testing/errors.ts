/**
 * The errors that only a simulation has.
 *
 * @module
 */

/** A simulated program did something that would make its run depend on the real world; the message says what to use. */
export class NondeterminismError extends Error {
  /** The name of the class. */
  override readonly name = "NondeterminismError";
}

/** A check of `world.always` or `world.eventually` does not hold; `cause` is what it threw, if it did. */
export class InvariantError extends Error {
  /** The name of the class. */
  override readonly name = "InvariantError";
  /** The name of the check. */
  readonly invariant: string;

  /** Makes the error for the check called `invariant`. */
  constructor(message: string, invariant: string, options?: ErrorOptions) {
    super(message, options);
    this.invariant = invariant;
  }
}

/** A simulation took more virtual time, or more steps, than its options allow. */
export class SimulationLimitError extends Error {
  /** The name of the class. */
  override readonly name = "SimulationLimitError";
}

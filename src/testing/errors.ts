/**
 * The errors that only a simulation has.
 *
 * @module
 */

/** Something in a simulated program would make its run depend on the real world; the message says what to use. */
export class NondeterminismError extends Error {
  /** The name of the class. */
  override readonly name = "NondeterminismError";
}

/** What `world.always` or `world.eventually` was told does not hold; `cause` is what the check threw, if it did. */
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

/** A simulation went on for longer than it was allowed to. */
export class SimulationLimitError extends Error {
  /** The name of the class. */
  override readonly name = "SimulationLimitError";
}

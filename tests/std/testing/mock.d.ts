/**
 * The signatures of the mocks that the tests use, each no wider than the original's.
 *
 * @module
 */

/** One call that a spy saw: what it was given, and what it returned or threw. */
export interface SpyCall<Self, Args extends unknown[], Return> {
  args: Args;
  returned?: Return;
  error?: Error;
  self?: Self;
}

/** A function that records its calls. */
export interface Spy<Self, Args extends unknown[], Return> {
  (this: Self, ...args: Args): Return;
  original: (this: Self, ...args: Args) => Return;
  calls: SpyCall<Self, Args, Return>[];
  restored: boolean;
  restore(): void;
}

/** A spy in the place of an object's method, until it is restored or disposed of. */
export interface MethodSpy<Self, Args extends unknown[], Return>
  extends Spy<Self, Args, Return>, Disposable {}

/** A method's replacement, until it is restored or disposed of. */
export interface Stub<Self, Args extends unknown[], Return> extends MethodSpy<Self, Args, Return> {
  fake: (this: Self, ...args: Args) => Return;
}

/** The names of an object's methods. */
type MethodName<Self> = {
  [Name in keyof Self]: Self[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Self];
type ArgsOf<T> = T extends (...args: infer Args) => unknown ? Args : never;
type ReturnOf<T> = T extends (...args: never[]) => infer Return ? Return : never;

/** What a call is expected to have been. */
export interface ExpectedSpyCall<Self, Args extends unknown[], Return> {
  args?: [...Args, ...unknown[]];
  self?: Self;
  returned?: Return;
  error?: { Class?: abstract new (...args: never[]) => Error; msgIncludes?: string };
}

export function spy(): Spy<unknown, unknown[], unknown>;
export function spy<Self, Args extends unknown[], Return>(
  func: (this: Self, ...args: Args) => Return,
): Spy<Self, Args, Return>;
export function spy<Self, Name extends MethodName<Self>>(
  self: Self,
  property: Name,
): MethodSpy<Self, ArgsOf<Self[Name]>, ReturnOf<Self[Name]>>;
export function stub<Self, Name extends MethodName<Self>>(
  self: Self,
  property: Name,
  func?: (this: Self, ...args: ArgsOf<Self[Name]>) => ReturnOf<Self[Name]>,
): Stub<Self, ArgsOf<Self[Name]>, ReturnOf<Self[Name]>>;
export function restore(id?: number): void;
export function assertSpyCalls<Self, Args extends unknown[], Return>(
  spy: Spy<Self, Args, Return>,
  expectedCalls: number,
): void;
export function assertSpyCall<Self, Args extends unknown[], Return>(
  spy: Spy<Self, Args, Return>,
  callIndex: number,
  expected?: ExpectedSpyCall<Self, Args, Return>,
): void;
export function assertSpyCallArgs<Self, Args extends unknown[], Return>(
  spy: Spy<Self, Args, Return>,
  callIndex: number,
  expected: Args,
): Args;
export function returnsNext<Return>(values: Iterable<Return>): () => Return;
export function resolvesNext<Return>(
  iterable: Iterable<Return> | AsyncIterable<Return>,
): () => Promise<Return>;

/**
 * Stands in for `jsr:@std/testing/types` where only npm answers: assertions that the compiler makes.
 *
 * @module
 */

/** Compiles only if `T` is the literal type of `expectTrue`; does nothing at run time. */
export function assertType<T extends boolean>(_expectTrue: T): void {}

/** Compiles only if `T` is `true`. */
export type AssertTrue<T extends true> = T;

/** Compiles only if `T` is `false`. */
export type AssertFalse<T extends false> = T;

/** Whether `A` and `B` are the same type; `any` is the same as nothing but `any`. */
// Two conditional types over an unresolved `T` are mutually assignable only if what they test is identical.
export type IsExact<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Whether `T` is `any`. */
// Only `any` lets an intersection with 1 be a supertype of 0.
export type IsAny<T> = 0 extends (1 & T) ? true : false;

/** Whether `T` is `never`. */
export type IsNever<T> = [T] extends [never] ? true : false;

/** Whether `T` is `unknown`. */
export type IsUnknown<T> = IsAny<T> extends true ? false : unknown extends T ? true : false;

/** Whether `T` allows `null` or `undefined`. */
export type IsNullable<T> = [Extract<T, null | undefined>] extends [never] ? false : true;

/** Whether `U` is assignable to `T`. */
export type Has<T, U> = IsAny<T> extends true ? true : [U] extends [T] ? true : false;

/** Whether `U` is not assignable to `T`. */
export type NotHas<T, U> = Has<T, U> extends true ? false : true;

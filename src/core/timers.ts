/**
 * Timers, in a heap: adding, removing and firing cost O(log n), and equal deadlines keep their order.
 *
 * The heap has four children to a node, and keeps the deadlines beside the timers and not in them: with a million
 * timers most of the time goes into fetching memory, and this way a node's children are compared in one line of it.
 *
 * @module
 */

/** Something to do at a time. A timer is in at most one heap, at most once. */
export abstract class Timer {
  /** Its place in the heap, or -1 while it is in none. */
  place = -1;

  /** What happens then. */
  abstract fire(): void;
}

/** Timers, the earliest first. */
export class TimerHeap {
  readonly #timers: Timer[] = [];
  /** When each is due, in seconds of the host's clock. */
  readonly #ats: number[] = [];
  /** Breaks ties: deadlines that are equal fire in the order in which they were set. */
  readonly #orders: number[] = [];
  #count = 0;

  /** How many are set. */
  get size(): number {
    return this.#timers.length;
  }

  /** When the earliest is due; `Infinity` if none is set. */
  get next(): number {
    return this.#timers.length === 0 ? Infinity : this.#ats[0]!;
  }

  /** When `timer`, which is set, is due. */
  at(timer: Timer): number {
    return this.#ats[timer.place]!;
  }

  /** Sets `timer` for `at`. */
  add(timer: Timer, at: number): void {
    const order = this.#count++;
    this.#timers.push(timer);
    this.#ats.push(at);
    this.#orders.push(order);
    this.#up(this.#timers.length - 1, timer, at, order);
  }

  /** Takes `timer` out again; one that is not in the heap is left alone. */
  remove(timer: Timer): void {
    const { place } = timer;
    if (place < 0) return;
    timer.place = -1;
    const last = this.#timers.pop()!, at = this.#ats.pop()!, order = this.#orders.pop()!;
    if (last === timer) return;
    if (place > 0 && this.#isBefore(at, order, (place - 1) >> 2)) this.#up(place, last, at, order);
    else this.#down(place, last, at, order);
  }

  /** Fires, in order, every timer that is due at `now` and was set before this call. */
  fire(now: number): void {
    const newest = this.#count;
    while (this.#timers.length > 0 && this.#ats[0]! <= now && this.#orders[0]! < newest) {
      this.shift()!.fire();
    }
  }

  /** Takes the earliest timer out. */
  shift(): Timer | undefined {
    const first = this.#timers[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  #up(place: number, timer: Timer, at: number, order: number): void {
    while (place > 0) {
      const above = (place - 1) >> 2;
      if (!this.#isBefore(at, order, above)) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(place, timer, at, order);
  }

  #down(place: number, timer: Timer, at: number, order: number): void {
    const { length } = this.#timers;
    for (;;) {
      let least = 4 * place + 1;
      if (least >= length) break;
      const end = Math.min(least + 4, length);
      for (let child = least + 1; child < end; child++) {
        if (this.#isBefore(this.#ats[child]!, this.#orders[child]!, least)) least = child;
      }
      if (this.#isBefore(at, order, least)) break;
      this.#move(least, place);
      place = least;
    }
    this.#put(place, timer, at, order);
  }

  #isBefore(at: number, order: number, place: number): boolean {
    const other = this.#ats[place]!;
    return at < other || (at === other && order < this.#orders[place]!);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#timers[from]!, this.#ats[from]!, this.#orders[from]!);
  }

  #put(place: number, timer: Timer, at: number, order: number): void {
    this.#timers[place] = timer;
    this.#ats[place] = at;
    this.#orders[place] = order;
    timer.place = place;
  }
}

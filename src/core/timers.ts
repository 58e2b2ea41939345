/**
 * Timers, in a heap: adding and firing cost O(log n), removing next to nothing, and equal deadlines keep their order.
 *
 * With a million timers most of the time goes into fetching memory. So the heap has four children to a node, keeps
 * deadlines beside the timers and not in them, and touches a timer only when its time has come: one that is removed
 * stays in its place until it comes to the top, or until those make up half of the heap.
 *
 * @module
 */

/**
 * Something to do at a time. A timer is set at most once at a time, and by one scheduler for good: that may still hold the
 * place of one that was cleared.
 */
export abstract class Timer {
  /** @ignore Which entry of the heap is its own, or -1 while it is in none. */
  order = -1;

  /** Whether it is in a heap. */
  get isSet(): boolean {
    return this.order >= 0;
  }

  /** What happens then. */
  abstract fire(): void;
}

/** How many entries of removed timers are nothing to be cleared away for. */
const SPARE = 64;

/** Timers, the earliest first. */
export class TimerHeap {
  readonly #timers: Timer[] = [];
  /** When each is due, in seconds of the host's clock. */
  readonly #ats: number[] = [];
  /** Breaks ties: deadlines that are equal fire in the order in which they were set. */
  readonly #orders: number[] = [];
  #count = 0;
  #size = 0;

  /** How many are set. */
  get size(): number {
    return this.#size;
  }

  /** When the earliest is due; `Infinity` if none is set. */
  get next(): number {
    this.#dropRemoved();
    return this.#size === 0 ? Infinity : this.#ats[0]!;
  }

  /** Sets `timer` for `at`. */
  add(timer: Timer, at: number): void {
    const order = timer.order = this.#count++;
    this.#size++;
    this.#timers.push(timer);
    this.#ats.push(at);
    this.#orders.push(order);
    this.#up(this.#timers.length - 1, timer, at, order);
  }

  /** Takes `timer` out again; one that is not in the heap is left alone. */
  remove(timer: Timer): void {
    if (!timer.isSet) return;
    timer.order = -1;
    this.#size--;
    if (this.#timers.length > 2 * this.#size + SPARE) this.#clearAway();
  }

  /** Fires, in order, every timer that is due at `now` and was set before this call. */
  fire(now: number): void {
    const newest = this.#count;
    while (this.next <= now && this.#size > 0 && this.#orders[0]! < newest) this.shift()!.fire();
  }

  /** Takes the earliest timer out. */
  shift(): Timer | undefined {
    this.#dropRemoved();
    const first = this.#timers[0];
    if (first === undefined) return undefined;
    first.order = -1;
    this.#size--;
    this.#dropTop();
    return first;
  }

  #isRemoved(place: number): boolean {
    return this.#timers[place]!.order !== this.#orders[place];
  }

  #dropRemoved(): void {
    while (this.#timers.length > 0 && this.#isRemoved(0)) this.#dropTop();
  }

  #dropTop(): void {
    const last = this.#timers.pop()!, at = this.#ats.pop()!, order = this.#orders.pop()!;
    if (this.#timers.length > 0) this.#down(0, last, at, order);
  }

  /** Makes a heap of the entries whose timers are still set. */
  #clearAway(): void {
    let left = 0;
    for (let place = 0; place < this.#timers.length; place++) {
      if (!this.#isRemoved(place)) this.#move(place, left++);
    }
    this.#timers.length = this.#ats.length = this.#orders.length = left;
    for (let place = (left - 2) >> 2; place >= 0; place--) {
      this.#down(place, this.#timers[place]!, this.#ats[place]!, this.#orders[place]!);
    }
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
  }
}

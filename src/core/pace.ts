/**
 * Decides when the host gets its turn: threads that are always ready must not starve sockets and timers.
 *
 * Reading the clock at each step would cost more than the step. So the clock is read after as many steps as recently took
 * 0.1 ms.
 *
 * @module
 */

/** Seconds that threads run before the host gets its turn: more where the turns themselves take long. */
const STRETCH = 0.001, LONGEST_STRETCH = 0.004, STRETCH_PER_TURN = 10;
/** Seconds of running after which the clock is read, and the most steps between two readings. */
const READING = 0.000_1, MOST_STEPS = 32;
/** The most steps between two readings after the scheduler was idle: the next ones may be quite unlike the last. */
const FIRST_STEPS = 8;
/** A wait that needs no turn of the host counts as this many steps: such waits alone could starve the host. */
const MICROTASK_STEPS = 8;

/** Counts the steps of one scheduler. */
export class Pace {
  /** Whether the host must get its turn before the next step. */
  overdue = false;
  /** Steps left until the clock is read, and how many there are from one reading to the next. */
  #left = FIRST_STEPS;
  #steps = FIRST_STEPS;
  /** When the clock was last read, and when the host last had its turn. */
  #read = 0;
  #turned = 0;
  /** Whether the scheduler was idle since the clock was read, so that the time in between does not measure its steps. */
  #idle = true;
  /** Whether some waits needed no turn of the host, so that the host may not have had one while the scheduler was idle. */
  #microtasks = false;
  /** The tasks that wait for the host's turn. */
  readonly #postponed: (() => void)[] = [];
  /** Seconds from one turn of the host to the next. */
  #stretch = STRETCH;

  /** Hot path: counts a step. Returns whether the clock must be read. */
  step(): boolean {
    return --this.#left <= 0;
  }

  /** Counts a wait that the host can end without having had a turn; whether the clock must be read. */
  spend(): boolean {
    this.#microtasks = true;
    return (this.#left -= MICROTASK_STEPS) <= 0;
  }

  /** Notes that no thread is ready. */
  idle(): void {
    this.#idle = true;
  }

  /** Notes that the clock was read, and shows `now`. */
  read(now: number): void {
    if (this.#idle) {
      if (!this.#microtasks) this.#turned = now;
      this.#steps = Math.min(this.#steps, FIRST_STEPS);
    } else {
      // The next reading is to come after about READING seconds, but the number of steps at most doubles.
      const perStep = (now - this.#read) / this.#steps;
      this.#steps = Math.max(1, Math.min(MOST_STEPS, 2 * this.#steps, Math.floor(READING / perStep)));
    }
    this.#idle = false;
    this.#read = now;
    this.#left = this.#steps;
    if (now - this.#turned >= this.#stretch) this.overdue = true;
  }

  /** Notes that the host has had its turn, and the clock shows `now`. */
  turned(now: number): void {
    if (this.overdue && !this.#idle) {
      this.#stretch = Math.min(
        LONGEST_STRETCH,
        Math.max(STRETCH, STRETCH_PER_TURN * (now - this.#read)),
      );
    }
    this.#turned = this.#read = now;
    this.overdue = this.#microtasks = false;
    this.#left = this.#steps;
  }

  /** Keeps `task` until the host has had its turn. Returns whether it is the first, so that the host must be asked for one. */
  postpone(task: () => void): boolean {
    return this.#postponed.push(task) === 1;
  }

  /** The host has had its turn, and the timers that were due have fired: does what was postponed. */
  doPostponed(): void {
    if (this.#postponed.length > 0) { for (const task of this.#postponed.splice(0)) task(); }
  }
}

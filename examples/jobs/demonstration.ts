/**
 * Commands for those who have none: each does something else that commands do.
 *
 * @module
 */

/** Shell commands, none of which leaves anything behind. */
export const demonstration: string[] = [
  "for i in 1 2 3; do echo line $i; sleep 0.1; done",
  "echo 'something is missing' >&2; exit 3",
  "echo 'this takes long'; exec sleep 60",
  "trap 'echo tidying up; exit 1' TERM; echo 'this one cleans up'; while :; do sleep 0.1; done",
  "trap '' TERM; echo 'this one does not want to go'; while :; do sleep 0.1; done",
  "seq 100000 | tail -n 1",
  "kill -KILL $$",
];

"""The Python original's side of the measures in bench/micro. Debian ships it inside beets.

    original_micro.py NAME COUNT

prints how many nanoseconds COUNT operations took and what they computed.
"""

import sys
import time

try:
    import bluelet
except ImportError:
    sys.path.append("/usr/share/beets")
    from beets.util import bluelet

THREADS = 10
total = 0


def switching(steps):
    global total
    for _ in range(steps):
        total += 1
        yield bluelet.null()


def switch(count):
    for _ in range(THREADS):
        yield bluelet.spawn(switching(count // THREADS))


def child(number):
    global total
    total += number
    yield bluelet.end()


def spawn(count):
    for number in range(count):
        thread = child(number)
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)


def callee(number):
    yield bluelet.end(number)


def call(count):
    global total
    for number in range(count):
        total += yield bluelet.call(callee(number))


def main():
    if sys.argv[1] == "check":
        return
    measures = dict(switch=switch, spawn=spawn, call=call)
    start = time.perf_counter_ns()
    bluelet.run(measures[sys.argv[1]](int(sys.argv[2])))
    print(time.perf_counter_ns() - start, total)


main()

"""gevent's side of the measures in bench/micro.

    gevent_micro.py NAME COUNT

prints how many nanoseconds COUNT operations took and what they computed.
"""

import sys
import time

import gevent
from gevent.queue import Channel, Queue

GREENLETS = 10


def switch(count):
    total = 0

    def switching(steps):
        nonlocal total
        for _ in range(steps):
            total += 1
            gevent.sleep(0)

    gevent.joinall([gevent.spawn(switching, count // GREENLETS) for _ in range(GREENLETS)])
    return total


def child(number):
    return number


def spawn(count):
    total = 0
    for number in range(count):
        total += gevent.spawn(child, number).get()
    return total


def through(queue, count):
    def produce():
        for number in range(count):
            queue.put(number)

    gevent.spawn(produce)
    return sum(queue.get() for _ in range(count))


def rendezvous(count):
    return through(Channel(), count)


def buffered(count):
    return through(Queue(maxsize=64), count)


def timeout(count):
    total = 0
    for _ in range(count):
        with gevent.Timeout(10):
            gevent.sleep(0)
            total += 1
    return total


def kill(count):
    killed = 0

    def sleeper():
        nonlocal killed
        try:
            gevent.sleep(3600)
        finally:
            killed += 1

    sleepers = [gevent.spawn(sleeper) for _ in range(count)]
    gevent.sleep(0)
    start = time.perf_counter_ns()
    gevent.killall(sleepers)
    return killed, time.perf_counter_ns() - start


def main():
    if sys.argv[1] == "check":
        return
    measures = dict(
        switch=switch, spawn=spawn, rendezvous=rendezvous, buffered=buffered, timeout=timeout, kill=kill
    )
    start = time.perf_counter_ns()
    computed = measures[sys.argv[1]](int(sys.argv[2]))
    taken = time.perf_counter_ns() - start
    if isinstance(computed, tuple):
        computed, taken = computed
    print(taken, computed)


main()

// Go's side of the measures in bench/micro, on one core: GOMAXPROCS=1 is set by whoever starts it.
//
//	micro NAME COUNT
//
// prints how many nanoseconds COUNT operations took and what they computed.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

const goroutines = 10

func switches(count int) int {
	total := 0
	var wait sync.WaitGroup
	for id := 0; id < goroutines; id++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for step := 0; step < count/goroutines; step++ {
				total++
				runtime.Gosched()
			}
		}()
	}
	wait.Wait()
	return total
}

func child(number int, result chan<- int) {
	result <- number
}

func spawn(count int) int {
	total := 0
	result := make(chan int)
	for number := 0; number < count; number++ {
		go child(number, result)
		total += <-result
	}
	return total
}

func channel(count, capacity int) int {
	messages := make(chan int, capacity)
	go func() {
		for number := 0; number < count; number++ {
			messages <- number
		}
		close(messages)
	}()
	total := 0
	for number := range messages {
		total += number
	}
	return total
}

func race(count int) int {
	total := 0
	result := make(chan int, 1)
	for number := 0; number < count; number++ {
		go child(number, result)
		timer := time.NewTimer(10 * time.Second)
		select {
		case winner := <-result:
			total += winner
		case <-timer.C:
		}
		timer.Stop()
	}
	return total
}

func timeout(count int) int {
	total := 0
	for number := 0; number < count; number++ {
		limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		runtime.Gosched()
		if limited.Err() == nil {
			total++
		}
		cancel()
	}
	return total
}

// kill cancels goroutines that wait for a timer or for being cancelled, and clocks only the cancelling.
func kill(count int) (int, time.Duration) {
	killed := 0
	var asleep, ended sync.WaitGroup
	every, cancel := context.WithCancel(context.Background())
	for number := 0; number < count; number++ {
		asleep.Add(1)
		ended.Add(1)
		go func() {
			defer ended.Done()
			defer func() { killed++ }()
			timer := time.NewTimer(time.Hour)
			defer timer.Stop()
			asleep.Done()
			select {
			case <-timer.C:
			case <-every.Done():
			}
		}()
	}
	asleep.Wait()
	runtime.Gosched()
	start := time.Now()
	cancel()
	ended.Wait()
	return killed, time.Since(start)
}

func main() {
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	start := time.Now()
	var computed int
	var taken time.Duration
	switch os.Args[1] {
	case "switch":
		computed = switches(count)
	case "spawn":
		computed = spawn(count)
	case "rendezvous":
		computed = channel(count, 0)
	case "buffered":
		computed = channel(count, 64)
	case "race":
		computed = race(count)
	case "timeout":
		computed = timeout(count)
	case "kill":
		computed, taken = kill(count)
	default:
		panic("no such measure: " + os.Args[1])
	}
	if taken == 0 {
		taken = time.Since(start)
	}
	fmt.Println(taken.Nanoseconds(), computed)
}

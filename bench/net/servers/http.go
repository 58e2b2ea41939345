// Go's own HTTP server, saying hello, as its documentation writes one; GOMAXPROCS=1 is set by whoever starts it.
// It prints its port.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		io.WriteString(response, "Hello, world!\n")
	})
	panic(http.Serve(listener, nil))
}

/* Round trips over TLS, from one thread with epoll: each connection sends a message, waits for all of it, and sends the next.
 *
 *     tls_client PORT CONNECTIONS SECONDS SIZE
 *
 * prints how many round trips took place, in how many seconds, after a warm-up of a fifth of that time. */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct connection {
  SSL *ssl;
  size_t received;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 5) fail("usage: tls_client PORT CONNECTIONS SECONDS SIZE");
  int count = atoi(argv[2]), epoll = epoll_create1(0), one = 1;
  double seconds = atof(argv[3]);
  size_t size = atoi(argv[4]);
  char *message = malloc(size), *buffer = malloc(size);
  memset(message, 'x', size);
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  struct connection *connections = calloc(count, sizeof *connections);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL *ssl = connections[i].ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) != 1) fail("handshake");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
  for (int i = 0; i < count; i++) SSL_write(connections[i].ssl, message, size);

  long trips = 0;
  double start = now(), counted = start + seconds / 5, end = counted + seconds, time = start;
  struct epoll_event events[256];
  for (int counting = 0; time < end; time = now()) {
    if (!counting && time >= counted) trips = 0, counted = time, counting = 1;
    int ready = epoll_wait(epoll, events, 256, 5000);
    if (ready <= 0) fail("nothing happened for five seconds");
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      for (int got; (got = SSL_read(c->ssl, buffer, size - c->received)) > 0;) {
        if (memcmp(buffer, message, got) != 0) fail("a byte came back wrong");
        if ((c->received += got) < size) continue;
        c->received = 0;
        trips++;
        if (SSL_write(c->ssl, message, size) <= 0) fail("write");
      }
      if (SSL_get_shutdown(c->ssl) & SSL_RECEIVED_SHUTDOWN) fail("a connection ended");
    }
  }
  printf("%ld %f\n", trips, time - counted);
  return 0;
}

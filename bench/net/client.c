/* The load of the echo measures: many connections that each send a message, wait for all of it to come back,
 * compare it, and send the next, from one thread with epoll.
 *
 *     client PORT CONNECTIONS SECONDS SIZE
 *
 * prints how many round trips took place, in how many seconds, after a warm-up of a fifth of that time. It fails
 * when a byte comes back wrong, a connection ends, or nothing at all happens for five seconds. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct connection {
  int socket;
  uint32_t id, sequence;
  size_t received;
};

static size_t size;
static char *expected, *buffer;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

/* Every message differs, by connection and by number, so that no stale or crossed reply can pass. */
static void compose(char *message, const struct connection *connection) {
  uint32_t seed = connection->id * 2654435761u + connection->sequence;
  for (size_t at = 0; at < size; at++) message[at] = (char)((seed + at * 40503u) >> (at % 4 * 8));
}

static void send_message(struct connection *connection) {
  compose(buffer, connection);
  /* A message is small and the last one has come back, so the socket's buffer has room for all of it. */
  ssize_t sent = write(connection->socket, buffer, size);
  if (sent < 0) fail("write");
  if ((size_t)sent != size) fail("a message did not fit the socket's buffer");
  connection->received = 0;
}

/* Reads what is there and compares it; whether that was the end of a round trip. */
static int receive(struct connection *connection) {
  ssize_t got = read(connection->socket, buffer, size - connection->received);
  if (got < 0 && errno == EAGAIN) return 0;
  if (got <= 0) fail("read: the server ended a connection");
  compose(expected, connection);
  if (memcmp(buffer, expected + connection->received, got) != 0) {
    fprintf(stderr, "connection %u: other bytes came back than were sent\n", connection->id);
    exit(1);
  }
  connection->received += got;
  return connection->received == size;
}

static int open_connection(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int on = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0) fail("socket");
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: client PORT CONNECTIONS SECONDS SIZE\n");
    return 2;
  }
  int port = atoi(argv[1]), count = atoi(argv[2]), poll = epoll_create1(0);
  double seconds = atof(argv[3]);
  size = atoi(argv[4]);
  expected = malloc(size);
  buffer = malloc(size);

  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  struct connection *connections = calloc(count, sizeof *connections);
  for (int id = 0; id < count; id++) {
    connections[id] = (struct connection){.socket = open_connection(port), .id = id};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[id]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, connections[id].socket, &event) < 0) fail("epoll_ctl");
    /* Time to accept: connections that overflow the server's backlog are tried again a second later. */
    if (id % 100 == 99) usleep(5000);
  }
  for (int id = 0; id < count; id++) send_message(&connections[id]);

  long trips = 0;
  int phase = 0, left = count; /* warming up, counting, ending */
  double start = now(), end = start + seconds * 0.2;
  struct epoll_event events[256];
  for (;;) {
    int ready = epoll_wait(poll, events, 256, 5000);
    if (ready < 0) fail("epoll_wait");
    if (ready == 0) {
      fprintf(stderr, "the server has not answered for five seconds\n");
      return 1;
    }
    for (int index = 0; index < ready; index++) {
      struct connection *connection = events[index].data.ptr;
      if (!receive(connection)) continue;
      trips++;
      connection->sequence++;
      if (phase < 2) send_message(connection);
      else left--;
    }
    /* What is under way comes back before the connections are closed: to reset them would be another test. */
    if (left == 0) return 0;
    double time = now();
    if (time < end || phase == 2) continue;
    if (phase++ == 1) {
      printf("%ld %.6f\n", trips, time - start);
      continue;
    }
    trips = 0;
    start = time;
    end = time + seconds;
  }
}

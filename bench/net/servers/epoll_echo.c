/* An echo server with nothing around it: one thread, epoll, level-triggered. It listens on a port of the
 * kernel's choosing and prints it. */

#define _GNU_SOURCE /* accept4 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SIZE = 1024 };

struct connection {
  int socket;
  size_t filled, sent;
  char data[SIZE];
};

static void watch(int poll, int operation, int descriptor, unsigned events, void *pointer) {
  struct epoll_event event = {.events = events, .data.ptr = pointer};
  if (epoll_ctl(poll, operation, descriptor, &event) < 0) {
    perror("epoll_ctl");
    exit(1);
  }
}

static void finish(struct connection *connection) {
  close(connection->socket);
  free(connection);
}

/* Writes what is unsent; whether all of it went. */
static int flush(struct connection *connection) {
  while (connection->sent < connection->filled) {
    ssize_t sent = write(connection->socket, connection->data + connection->sent,
                         connection->filled - connection->sent);
    if (sent < 0) return 0;
    connection->sent += sent;
  }
  connection->sent = connection->filled = 0;
  return 1;
}

/* Reads once and echoes at once; only a full socket is waited for. */
static void serve(int poll, struct connection *connection) {
  int waited = connection->filled > 0;
  if (!waited) {
    ssize_t got = read(connection->socket, connection->data, SIZE);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return finish(connection);
    connection->filled = got;
  }
  if (flush(connection)) {
    if (waited) watch(poll, EPOLL_CTL_MOD, connection->socket, EPOLLIN, connection);
  } else if (errno == EAGAIN) {
    watch(poll, EPOLL_CTL_MOD, connection->socket, EPOLLOUT, connection);
  } else {
    finish(connection);
  }
}

static void accept_all(int poll, int listener) {
  for (;;) {
    int on = 1, descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (descriptor < 0) return;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *connection = calloc(1, sizeof *connection);
    connection->socket = descriptor;
    watch(poll, EPOLL_CTL_ADD, descriptor, EPOLLIN, connection);
  }
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 0};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
  if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 1024) < 0) {
    perror("listen");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &length);
  watch(poll, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  struct epoll_event events[256];
  for (;;) {
    int ready = epoll_wait(poll, events, 256, -1);
    for (int index = 0; index < ready; index++) {
      if (events[index].data.ptr == NULL) accept_all(poll, listener);
      else serve(poll, events[index].data.ptr);
    }
  }
}

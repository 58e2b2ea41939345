/* Floods a socket with datagrams for some seconds, then asks it, by a datagram of one byte, how many it received.
 * Usage: flood PORT SECONDS SIZE; prints the answer and the seconds that the flood took. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  double seconds = atof(argv[2]);
  size_t size = atoi(argv[3]);
  char *data = calloc(1, size);
  char answer[64];
  struct timeval patience = {0, 200000};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) return 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

  double start = now(), taken;
  while ((taken = now() - start) < seconds) {
    for (int i = 0; i < 32; i++) send(fd, data, size, 0);
  }
  for (int tries = 0; tries < 50; tries++) { /* the question may be lost as well */
    send(fd, "?", 1, 0);
    ssize_t got = recv(fd, answer, sizeof answer - 1, 0);
    if (got <= 0) continue;
    answer[got] = 0;
    printf("%s %f\n", answer, taken);
    return 0;
  }
  return 1;
}

/* Counts datagrams, and says how many when it is asked, by one of one byte. It prints its port. */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void) {
  static char data[65536];
  char answer[32];
  struct sockaddr_in addr = {.sin_family = AF_INET}, from;
  socklen_t size = sizeof addr;
  long count = 0;
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0) return 1;
  getsockname(fd, (struct sockaddr *)&addr, &size);
  printf("%d\n", ntohs(addr.sin_port));
  fflush(stdout);
  for (;;) {
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &length);
    if (got < 0) return 1;
    if (got != 1) {
      count++;
      continue;
    }
    int digits = snprintf(answer, sizeof answer, "%ld", count);
    sendto(fd, answer, digits, 0, (struct sockaddr *)&from, length);
    count = 0;
  }
}

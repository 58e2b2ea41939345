#!/bin/sh
# Makes certificates for tests in folder $1: an authority (ca.pem), and by it a server's (server.pem, server.key) for
# localhost, 127.0.0.1 and ::1, one for another name (other.pem, other.key), and one that has expired (old.pem, old.key).
set -e
cd "$1"
make() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>/dev/null; }

make -x509 -days 30 -subj "/CN=Bluelet's test authority" -keyout ca.key -out ca.pem
# name, subject's alternative names, days
issue() {
  make -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
  printf 'subjectAltName=%s\n' "$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -extfile "$1.ext" $3 -out "$1.pem" 2>/dev/null
}
issue server "DNS:localhost,IP:127.0.0.1,IP:::1" "-days 30"
issue other "DNS:other.example" "-days 30"
issue old "DNS:localhost,IP:127.0.0.1" "-days -1"

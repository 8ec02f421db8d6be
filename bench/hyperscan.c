// Counts matches of caseless literals in a file with Hyperscan, block by block; prints seconds spent in it and bytes.
// cc -O2 hyperscan.c -o hyperscan $(pkg-config --cflags --libs libhs)
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 524288

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  (void)id, (void)from, (void)to, (void)flags;
  ++*(unsigned long long *)context;
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  static char text[1 << 20];
  static const char *literals[4096];
  static unsigned flags[4096], ids[4096];
  static size_t lengths[4096];
  unsigned n = 0;
  FILE *list = fopen(argv[1], "r"), *log = fopen(argv[2], "rb");
  if (!list || !log) return 2;
  for (char *at = text; n < 4096 && at < text + sizeof text - 1024 && fgets(at, 1024, list); n++) {
    at[strcspn(at, "\n")] = 0;
    literals[n] = at, flags[n] = HS_FLAG_CASELESS, ids[n] = n, lengths[n] = strlen(at);
    at += lengths[n] + 1;
  }
  hs_database_t *database;
  hs_compile_error_t *error;
  hs_scratch_t *scratch = NULL;
  if (hs_compile_lit_multi(literals, flags, ids, lengths, n, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) return 3;
  hs_alloc_scratch(database, &scratch);
  static char block[BLOCK];
  unsigned long long matches = 0, bytes = 0;
  double seconds = 0;
  for (size_t read; (read = fread(block, 1, BLOCK, log)) > 0; bytes += read) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    hs_scan(database, block, read, 0, scratch, count, &matches);
    clock_gettime(CLOCK_MONOTONIC, &b);
    seconds += (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9;
  }
  printf("{\"seconds\":%f,\"bytes\":%llu,\"stops\":%llu}", seconds, bytes, matches);
  return 0;
}

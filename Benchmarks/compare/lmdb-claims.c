// What the engine of Usher is held against: claims written straight into LMDB from C, by one thread, without a log.
//
//   lmdb-claims --directory DIR --mode synced|nosync --codes N --ids sequential|uuid (--seconds S | --claims N)
//
// Prints one line of JSON. Keys and values have the sizes of docs/formats/tables.md, so that both write as much per claim:
//
//   table        key                                          value
//   codes        tenant 2, text 8                             number, limit, used, changes, created: 40
//   claims       tenant 2, code compact 2...5, account        kind 1, redemption compact 2...5
//   redemptions  tenant 2, redemption compact 2...5           version 1, flags 1, code compact, instant 6, account
//
// An account is 1 + 6...12 bytes of text ("user-<number>") or 1 + 16 bytes of UUID, as Usher stores them, and the ids are those
// of usher-bench. What Usher keeps besides (who has a code's redemptions, the digest of the state, counters apart from codes)
// is left out: this is the least that a correct claim needs. Single-threaded, because LMDB has one writer.
#include <errno.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { claims_per_transaction = 1000, code_text_bytes = 8, account_bytes_max = 32 };

static const size_t map_bytes = (size_t)16 << 30;

struct options {
    const char *directory;
    bool synced;
    bool uuid;
    uint64_t codes;
    uint64_t claims; // 0: as many as the seconds allow
    double seconds;
};

struct code_row {
    uint64_t number, limit, used, changes;
    uint8_t created[8];
};

struct database {
    MDB_env *env;
    MDB_dbi codes, claims, redemptions;
};

static _Noreturn void stop(const char *what, int code) {
    fprintf(stderr, "lmdb-claims: %s: %s\n", what, mdb_strerror(code));
    exit(1);
}

static void check(const char *what, int code) {
    if (code != MDB_SUCCESS) stop(what, code);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Bytes of a key or a value, in the encodings of docs/formats/tables.md.

static uint8_t *put_compact(uint8_t *at, uint64_t value) {
    int length = 0;
    for (uint64_t rest = value; rest != 0; rest >>= 8) length++;
    *at++ = (uint8_t)length;
    for (int index = length - 1; index >= 0; index--) *at++ = (uint8_t)(value >> (8 * index));
    return at;
}

static uint8_t *put_instant(uint8_t *at) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    uint64_t milliseconds = (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
    for (int index = 0; index < 6; index++) *at++ = (uint8_t)(milliseconds >> (8 * index));
    return at;
}

static uint64_t mix(uint64_t seed) {
    uint64_t mixed = seed + 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

static uint8_t *put_account(uint8_t *at, uint64_t redeemer, bool uuid) {
    if (!uuid) {
        int length = sprintf((char *)at + 1, "user-%" PRIu64, redeemer);
        *at = (uint8_t)length;
        return at + 1 + length;
    }
    uint64_t halves[2] = {mix(redeemer), mix(redeemer ^ 0xA5A55A5A0F0FF0F0)};
    *at = 0x90;
    memcpy(at + 1, halves, 16);
    return at + 17;
}

// Different numbers have different texts: eight characters hold 40 bits, of which the lower 20 are the number.
static uint8_t *put_code_text(uint8_t *at, uint64_t number) {
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    uint64_t bits = (mix(number) & 0xFFFFF) << 20 | (number & 0xFFFFF);
    for (int index = code_text_bytes - 1; index >= 0; index--) *at++ = (uint8_t)alphabet[bits >> (5 * index) & 31];
    return at;
}

static MDB_val code_key(uint8_t *bytes, uint64_t number) {
    return (MDB_val){.mv_data = bytes, .mv_size = (size_t)(put_code_text(put_compact(bytes, 1), number) - bytes)};
}

static struct database open_database(const struct options *options) {
    struct database database;
    mkdir(options->directory, 0755);
    check("mdb_env_create", mdb_env_create(&database.env));
    check("mdb_env_set_maxdbs", mdb_env_set_maxdbs(database.env, 3));
    check("mdb_env_set_mapsize", mdb_env_set_mapsize(database.env, map_bytes));
    unsigned flags = options->synced ? 0 : MDB_NOSYNC | MDB_WRITEMAP;
    check(options->directory, mdb_env_open(database.env, options->directory, flags, 0644));
    MDB_txn *txn;
    check("mdb_txn_begin", mdb_txn_begin(database.env, NULL, 0, &txn));
    check("codes", mdb_dbi_open(txn, "codes", MDB_CREATE, &database.codes));
    check("claims", mdb_dbi_open(txn, "claims", MDB_CREATE, &database.claims));
    check("redemptions", mdb_dbi_open(txn, "redemptions", MDB_CREATE, &database.redemptions));
    for (uint64_t number = 0; number < options->codes; number++) {
        uint8_t bytes[16];
        struct code_row row = {.number = number + 1, .limit = UINT64_MAX};
        put_instant(row.created);
        MDB_val key = code_key(bytes, number), value = {sizeof row, &row};
        check("making codes", mdb_put(txn, database.codes, &key, &value, MDB_NOOVERWRITE));
    }
    check("committing codes", mdb_txn_commit(txn));
    return database;
}

// One place for one redeemer, once: true if it was granted.
static bool claim(const struct database *database, MDB_txn *txn, uint64_t code, uint64_t redeemer, uint64_t redemption, bool uuid) {
    uint8_t code_bytes[16];
    MDB_val key = code_key(code_bytes, code), stored;
    if (mdb_get(txn, database->codes, &key, &stored) != MDB_SUCCESS) return false;
    struct code_row row;
    memcpy(&row, stored.mv_data, sizeof row);
    if (row.used >= row.limit) return false;

    uint8_t account[account_bytes_max];
    size_t account_bytes = (size_t)(put_account(account, redeemer, uuid) - account);
    uint8_t claim_bytes[64], owner[16];
    uint8_t *end = put_compact(put_compact(claim_bytes, 1), row.number);
    memcpy(end, account, account_bytes);
    MDB_val claim_key = {(size_t)(end - claim_bytes) + account_bytes, claim_bytes};
    owner[0] = 1;
    MDB_val claim_value = {(size_t)(put_compact(owner + 1, redemption) - owner), owner};
    int inserted = mdb_put(txn, database->claims, &claim_key, &claim_value, MDB_NOOVERWRITE);
    if (inserted == MDB_KEYEXIST) return false;
    check("claims", inserted);

    uint8_t number[16], fields[64] = {1, 1};
    MDB_val redemption_key = {(size_t)(put_compact(put_compact(number, 1), redemption) - number), number};
    end = put_instant(put_compact(fields + 2, row.number));
    memcpy(end, account, account_bytes);
    MDB_val redemption_value = {(size_t)(end - fields) + account_bytes, fields};
    // Redemptions are numbered in order, and LMDB is fastest where it is told so.
    check("redemptions", mdb_put(txn, database->redemptions, &redemption_key, &redemption_value, MDB_APPEND));

    row.used++;
    row.changes++;
    MDB_val row_value = {sizeof row, &row};
    check("codes", mdb_put(txn, database->codes, &key, &row_value, 0));
    return true;
}

static uint64_t claim_all(const struct database *database, const struct options *options, double *elapsed) {
    double begin = now();
    uint64_t granted = 0;
    bool more = true;
    while (more) {
        MDB_txn *txn;
        check("mdb_txn_begin", mdb_txn_begin(database->env, NULL, 0, &txn));
        for (int index = 0; index < claims_per_transaction; index++) {
            if (options->claims != 0 && granted == options->claims) break;
            uint64_t code = options->codes == 1 ? 0 : mix(granted) % options->codes;
            if (!claim(database, txn, code, granted, granted + 1, options->uuid)) stop("a claim was refused", EINVAL);
            granted++;
        }
        check("mdb_txn_commit", mdb_txn_commit(txn));
        *elapsed = now() - begin;
        more = options->claims != 0 ? granted < options->claims : *elapsed < options->seconds;
    }
    return granted;
}

// The counters of all codes add up to the claims and to the redemptions.
static bool adds_up(const struct database *database, uint64_t granted) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val key, value;
    MDB_stat claims, redemptions;
    uint64_t used = 0;
    check("mdb_txn_begin", mdb_txn_begin(database->env, NULL, MDB_RDONLY, &txn));
    check("claims", mdb_stat(txn, database->claims, &claims));
    check("redemptions", mdb_stat(txn, database->redemptions, &redemptions));
    check("codes", mdb_cursor_open(txn, database->codes, &cursor));
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
        struct code_row row;
        memcpy(&row, value.mv_data, sizeof row);
        used += row.used;
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return used == granted && claims.ms_entries == granted && redemptions.ms_entries == granted;
}

static _Noreturn void usage(void) {
    fprintf(stderr, "Usage: lmdb-claims --directory DIR --mode synced|nosync --codes N --ids sequential|uuid "
                    "(--seconds S | --claims N)\n");
    exit(64);
}

static struct options parse(int count, char **arguments) {
    struct options options = {.codes = 1};
    const char *mode = "", *ids = "";
    if (count % 2 == 0) usage();
    for (int index = 1; index < count; index += 2) {
        const char *name = arguments[index], *value = arguments[index + 1];
        if (strcmp(name, "--directory") == 0) options.directory = value;
        else if (strcmp(name, "--mode") == 0) mode = value;
        else if (strcmp(name, "--ids") == 0) ids = value;
        else if (strcmp(name, "--codes") == 0) options.codes = strtoull(value, NULL, 10);
        else if (strcmp(name, "--claims") == 0) options.claims = strtoull(value, NULL, 10);
        else if (strcmp(name, "--seconds") == 0) options.seconds = strtod(value, NULL);
        else usage();
    }
    options.synced = strcmp(mode, "synced") == 0;
    options.uuid = strcmp(ids, "uuid") == 0;
    bool knows_mode = options.synced || strcmp(mode, "nosync") == 0;
    bool knows_ids = options.uuid || strcmp(ids, "sequential") == 0;
    bool knows_end = (options.claims != 0) != (options.seconds > 0);
    // Code texts differ for the first 2^20 numbers.
    bool knows_codes = options.codes >= 1 && options.codes <= 1 << 20;
    if (!options.directory || !knows_mode || !knows_ids || !knows_end || !knows_codes) usage();
    return options;
}

int main(int count, char **arguments) {
    struct options options = parse(count, arguments);
    struct database database = open_database(&options);
    double seconds;
    uint64_t granted = claim_all(&database, &options, &seconds);
    if (!adds_up(&database, granted)) stop("the tables do not add up", EINVAL);
    mdb_env_close(database.env);
    printf("{\"claims\":%" PRIu64 ",\"seconds\":%.6f,\"claims_per_second\":%.0f}\n", granted, seconds, (double)granted / seconds);
    return 0;
}

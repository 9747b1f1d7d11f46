/* An answer of /sync, and each event in it: what it says, what it points at, what becomes of it. */

#include <string.h>

#include "bot/matrix/intake.h"
#include "bot/matrix/sync.h"
#include "bot/matrix/text.h"

#include "fuzz.h"

#define OWN "@anchord:example.org"

static bool is_west(void *arg, const char *room)
{
    (void)arg;
    return strcmp(room, "!west:example.org") == 0;
}

static void check_event(const Event *event)
{
    fuzz_that("an event names itself", g_str_has_prefix(event->key, "matrix/acme/"), event->key);
    fuzz_that("an event has its member", event->member == NULL || matrix_is_user(event->member),
              event->member);
    fuzz_that("our own words are no event", g_strcmp0(event->member, OWN) != 0, event->key);
    fuzz_that("a timer never comes from outside", event->kind != EVENT_TIMER, event->key);
    fuzz_that("what Matrix says is UTF-8",
              event->text == NULL || g_utf8_validate_len(event->text, event->text_len, NULL),
              event->key);
}

static void check_news(const MatrixNews *news, MatrixTargets *targets, bool direct)
{
    const MatrixPlace place = {.workspace = "acme",
                               .room = news->room,
                               .direct = direct,
                               .own_user = OWN,
                               .own_name = "Sprint Anchor",
                               .install = "INSTALL",
                               .targets = targets};
    g_auto(MatrixIntake) intake = matrix_intake(news->json, &place);

    fuzz_that("there is an event where one is meant",
              intake.kind != MATRIX_EVENT || intake.event != NULL, news->room);
    fuzz_that("what is to be looked at is named", intake.kind != MATRIX_LOOK || intake.id != NULL,
              news->room);
    if (intake.event != NULL) {
        check_event(intake.event);
    }
}

static void read_news(const MatrixBatch *batch)
{
    MatrixTargets *targets = matrix_targets_new(16);

    for (guint i = 0; i < batch->news->len; i++) {
        const MatrixNews *news = &g_array_index(batch->news, MatrixNews, i);

        fuzz_that("news have their room", news->room != NULL, NULL);
        if (!cJSON_IsObject(news->json)) {
            continue;
        }
        check_news(news, targets, false);
        check_news(news, targets, true);
        MatrixTarget *target = matrix_target_read(news->json, news->room, OWN);

        if (target != NULL) {
            matrix_targets_put(targets, target);
        }
        check_news(news, targets, false); /* now that others before it are known */
    }
    matrix_targets_free(targets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GArray) gaps = matrix_gaps_new();
    Json *answer = json_parse((const char *)data, size);

    if (answer == NULL) {
        return 0;
    }
    g_autoptr(MatrixBatch) batch = matrix_sync_read(answer, OWN, false, is_west, NULL, gaps);

    if (batch == NULL) {
        return 0;
    }
    for (guint i = 0; i < gaps->len; i++) {
        fuzz_that("a gap lies among the news",
                  g_array_index(gaps, MatrixGap, i).at <= batch->news->len, NULL);
    }
    read_news(batch);
    return 0;
}

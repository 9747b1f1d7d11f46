#include "bot/matrix/batch.h"

static void news_clear(gpointer data)
{
    MatrixNews *news = data;

    g_free(news->room);
}

static void keep_clear(gpointer data)
{
    MatrixKeep *keep = data;

    g_free(keep->name);
    g_free(keep->value);
}

static void whole_free(gpointer data)
{
    cJSON_Delete(data);
}

GArray *matrix_news_new(void)
{
    GArray *news = g_array_new(FALSE, FALSE, sizeof(MatrixNews));

    g_array_set_clear_func(news, news_clear);
    return news;
}

void matrix_news_add(GArray *news, MatrixNewsKind kind, const char *room, const Json *json)
{
    MatrixNews one = {kind, g_strdup(room), json};

    g_array_append_val(news, one);
}

MatrixBatch *matrix_batch_new(void)
{
    MatrixBatch *batch = g_new0(MatrixBatch, 1);

    batch->news = matrix_news_new();
    batch->keeps = g_array_new(FALSE, FALSE, sizeof(MatrixKeep));
    batch->wholes = g_ptr_array_new_with_free_func(whole_free);
    batch->owners = 1;
    g_array_set_clear_func(batch->keeps, keep_clear);
    return batch;
}

MatrixBatch *matrix_batch_ref(MatrixBatch *batch)
{
    batch->owners++;
    return batch;
}

void matrix_batch_free(MatrixBatch *batch)
{
    if (batch == NULL || --batch->owners > 0) {
        return;
    }
    g_array_unref(batch->news);
    g_array_unref(batch->keeps);
    g_ptr_array_unref(batch->wholes);
    g_free(batch);
}

void matrix_batch_add(MatrixBatch *batch, MatrixNewsKind kind, const char *room, const Json *json)
{
    matrix_news_add(batch->news, kind, room, json);
}

/* What the news own moves with them. */
void matrix_batch_insert(MatrixBatch *batch, guint at, GArray *take_news)
{
    g_array_insert_vals(batch->news, at, take_news->data, take_news->len);
    g_array_set_clear_func(take_news, NULL);
    g_array_unref(take_news);
}

void matrix_batch_keep(MatrixBatch *batch, const char *name, const char *value)
{
    MatrixKeep keep = {g_strdup(name), g_strdup(value)};

    g_array_append_val(batch->keeps, keep);
}

Json *matrix_batch_own(MatrixBatch *batch, Json *take_json)
{
    g_ptr_array_add(batch->wholes, take_json);
    return take_json;
}

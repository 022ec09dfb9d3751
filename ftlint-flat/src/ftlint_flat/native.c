/* JSON lines of one layout as Arrow columns, in one pass over their bytes and without the GIL.
 *
 * A text without escapes is a view into the bytes; the others are decoded into a second buffer. In the same pass
 * UTF-8, keys, separators and escapes are checked. The smallest doubt ends the pass: another reader takes the lines.
 *
 * Bounds: the bytes end in a newline, which no loop over a line passes, and are at most MAX_SIZE. A decoded text is
 * never longer than its source, so that a buffer of the same size holds them all. Nesting has two levels at most.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define MAX_SIZE INT32_MAX /* offsets into a buffer are int32 */
#define MAX_KEYS 64        /* the keys of an object are the bits of one word */
#define INLINE 12          /* shorter texts stand in the view itself */

typedef const uint8_t *Bytes;

/* ---- Arrow's C data interface (https://arrow.apache.org/docs/format/CDataInterface.html) ---- */

struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#define MAX_BUFFERS 5 /* validity, views, two buffers of bytes, their sizes */

typedef struct {
    uint32_t size;
    union {
        uint8_t text[INLINE];
        struct {
            uint8_t prefix[4];
            uint32_t buffer, offset;
        } place;
    } is;
} View;

/* A growing array of views, or of offsets. */
typedef struct {
    union {
        View *views;
        int64_t *offsets;
        uint8_t *bits;
        void *any;
    } is;
    size_t count, room;
} Values;

typedef struct Field {
    char *name; /* the key and its closing quote */
    size_t size; /* of both */
    struct Field *inner; /* the fields of the objects in a list; none for a text */
    int n_inner;
    Values values;
} Field;

/* All that the Arrow arrays of one block share. */
typedef struct Block {
    atomic_int nodes; /* arrays that are not released */
    PyObject *source;
    Bytes data, end; /* those of the source */
    uint8_t *decoded; /* the texts with escapes */
    size_t n_decoded;
    int64_t sizes[2]; /* of both buffers of bytes */
    Values lines, plain;
    Field *fields;
    int n_fields;
    int64_t keys;
    bool is_plain, returns, no_memory;
    struct ArrowArray *arrays, **children;
    const void **buffers;
    struct Block *next;
} Block;

/* Blocks whose bytes can be given back. An array is released in any thread, with or without the GIL, so that the
 * reference to the bytes waits here for the next call. */
static _Atomic(Block *) released = NULL;

static void free_fields(Field *fields, int count) {
    for (int i = 0; i < count; i++) {
        free(fields[i].name);
        free(fields[i].values.is.any);
        free_fields(fields[i].inner, fields[i].n_inner);
    }
    free(fields);
}

static void free_columns(Block *block) {
    free_fields(block->fields, block->n_fields);
    free(block->lines.is.any);
    free(block->plain.is.any);
    free(block->decoded);
    free(block->arrays);
    free(block->children);
    free(block->buffers);
}

static void free_released(void) {
    Block *block = atomic_exchange(&released, NULL);
    while (block != NULL) {
        Block *next = block->next;
        Py_DECREF(block->source);
        free(block);
        block = next;
    }
}

static void free_block(Block *block) {
    free_columns(block);
    Py_DECREF(block->source);
    free(block);
}

static void release_array(struct ArrowArray *array) {
    Block *block = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
    array->release = NULL;
    if (atomic_fetch_sub(&block->nodes, 1) > 1)
        return;
    free_columns(block);
    block->next = atomic_load(&released);
    while (!atomic_compare_exchange_weak(&released, &block->next, block))
        ;
}

/* ---- Values ---- */

/* Room for one more value of this size; false without memory. */
static bool has_room(Block *block, Values *values, size_t size) {
    if (values->count < values->room)
        return true;
    size_t room = values->room ? values->room * 2 : 1024;
    void *grown = room > SIZE_MAX / size ? NULL : realloc(values->is.any, room * size);
    if (grown == NULL) {
        block->no_memory = true;
        return false;
    }
    values->is.any = grown;
    values->room = room;
    return true;
}

static bool add_view(Block *block, Values *values, Bytes text, size_t size, uint32_t buffer, size_t offset) {
    if (!has_room(block, values, sizeof(View)))
        return false;
    View *view = &values->is.views[values->count++];
    view->size = (uint32_t)size;
    if (size <= INLINE) {
        memset(view->is.text, 0, INLINE);
        memcpy(view->is.text, text, size);
    } else {
        memcpy(view->is.place.prefix, text, 4);
        view->is.place.buffer = buffer;
        view->is.place.offset = (uint32_t)offset;
    }
    return true;
}

static bool add_offset(Block *block, Values *values, int64_t offset) {
    if (!has_room(block, values, sizeof(int64_t)))
        return false;
    values->is.offsets[values->count++] = offset;
    return true;
}

/* The bit of this row, which is the next one. */
static bool add_bit(Block *block, Values *values, size_t row, bool bit) {
    if (row % 8 == 0) {
        if (!has_room(block, values, 1))
            return false;
        values->is.bits[values->count++] = 0;
    }
    values->is.bits[row / 8] |= (uint8_t)(bit << row % 8);
    return true;
}

/* ---- Characters ---- */

static Bytes after_blanks(Bytes at) {
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* The first byte that is no printable ASCII, or a quote or backslash. It comes at the newline at the latest. */
static Bytes after_printable(Bytes at, Bytes end) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), blank = _mm_set1_epi8(' '),
                  delete = _mm_set1_epi8(0x7F);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        /* Bytes from 0x80 on are negative, and so less than a blank. */
        __m128i odd = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash)),
                                   _mm_or_si128(_mm_cmplt_epi8(bytes, blank), _mm_cmpeq_epi8(bytes, delete)));
        unsigned mask = (unsigned)_mm_movemask_epi8(odd);
        if (mask) {
            while (!(mask & 1)) {
                mask >>= 1;
                at++;
            }
            return at;
        }
    }
#endif
    (void)end;
    while (*at >= ' ' && *at < 0x7F && *at != '"' && *at != '\\')
        at++;
    return at;
}

static bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* The bytes of the character of UTF-8 here; 0 if it is none, or a line separator of other readers (U+0085, U+2028,
 * U+2029). No byte is read after one that does not continue the character. */
static int utf8_size(Bytes at) {
    uint8_t a = at[0];
    if (a < 0xC2 || a > 0xF4)
        return 0;
    if (a < 0xE0)
        return continues(at[1]) && !(a == 0xC2 && at[1] == 0x85) ? 2 : 0;
    if (!continues(at[1]))
        return 0;
    if (a < 0xF0) {
        if (!continues(at[2]) || (a == 0xE0 && at[1] < 0xA0) || (a == 0xED && at[1] > 0x9F))
            return 0;
        return a == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9) ? 0 : 3;
    }
    if ((a == 0xF0 && at[1] < 0x90) || (a == 0xF4 && at[1] > 0x8F))
        return 0;
    return continues(at[2]) && continues(at[3]) ? 4 : 0;
}

/* The four hexadecimal digits here; -1 if there are not four. */
static int32_t hexadecimal(Bytes at) {
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = at[i], letter = c | 0x20;
        int digit = c >= '0' && c <= '9' ? c - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static uint8_t *put_utf8(uint8_t *out, int32_t code) {
    if (code < 0x80) {
        *out++ = (uint8_t)code;
    } else if (code < 0x800) {
        *out++ = (uint8_t)(0xC0 | code >> 6);
        *out++ = (uint8_t)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *out++ = (uint8_t)(0xE0 | code >> 12);
        *out++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        *out++ = (uint8_t)(0x80 | (code & 0x3F));
    } else {
        *out++ = (uint8_t)(0xF0 | code >> 18);
        *out++ = (uint8_t)(0x80 | (code >> 12 & 0x3F));
        *out++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        *out++ = (uint8_t)(0x80 | (code & 0x3F));
    }
    return out;
}

static bool is_plain(int32_t code) {
    return (code >= ' ' && code < 0x7F) || code == '\t' || code == '\n' || code == '\r';
}

/* Decode one escape, whose backslash is here. The byte after it; NULL for half a surrogate pair or no escape. */
static Bytes put_escape(Block *block, Bytes at, uint8_t **out) {
    int32_t code;
    switch (at[1]) {
    case '"': case '\\': case '/': code = at[1]; break;
    case 'b': code = '\b'; break;
    case 'f': code = '\f'; break;
    case 'n': code = '\n'; break;
    case 'r': code = '\r'; break;
    case 't': code = '\t'; break;
    case 'u':
        code = hexadecimal(at + 2);
        if (code < 0 || (code >= 0xDC00 && code <= 0xDFFF))
            return NULL;
        at += 4;
        if (code >= 0xD800 && code <= 0xDBFF) {
            int32_t low = at[2] == '\\' && at[3] == 'u' ? hexadecimal(at + 4) : -1;
            if (low < 0xDC00 || low > 0xDFFF)
                return NULL;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
        break;
    default: return NULL;
    }
    block->is_plain = block->is_plain && is_plain(code);
    *out = put_utf8(*out, code);
    return at + 2;
}

/* ---- Values of JSON; each function returns the byte after the value, NULL in doubt ---- */

/* The rest of a text from its first escape on, decoded. */
static Bytes read_escaped(Block *block, Bytes start, Bytes at, Values *values) {
    if (block->decoded == NULL) {
        block->decoded = malloc((size_t)(block->end - block->data));
        if (block->decoded == NULL) {
            block->no_memory = true;
            return NULL;
        }
    }
    uint8_t *first = block->decoded + block->n_decoded, *out = first;
    for (;;) {
        memcpy(out, start, (size_t)(at - start));
        out += at - start;
        if (*at == '"')
            break;
        if ((at = put_escape(block, at, &out)) == NULL)
            return NULL;
        start = at;
        while ((at = after_printable(at, block->end)), *at >= 0x7F) {
            int size = *at == 0x7F ? 1 : utf8_size(at);
            if (!size)
                return NULL;
            block->is_plain = false;
            at += size;
        }
        if (*at != '"' && *at != '\\')
            return NULL;
    }
    if (!add_view(block, values, first, (size_t)(out - first), 1, block->n_decoded))
        return NULL;
    block->n_decoded += (size_t)(out - first);
    return at + 1;
}

static Bytes read_text(Block *block, Bytes at, Values *values) {
    if (*at != '"')
        return NULL;
    Bytes start = ++at;
    while ((at = after_printable(at, block->end)), *at >= 0x7F) {
        do {
            int size = *at == 0x7F ? 1 : utf8_size(at);
            if (!size)
                return NULL;
            at += size;
        } while (*at >= 0x7F);
        block->is_plain = false;
    }
    if (*at == '\\')
        return read_escaped(block, start, at, values);
    if (*at != '"')
        return NULL;
    return add_view(block, values, start, (size_t)(at - start), 0, (size_t)(start - block->data)) ? at + 1 : NULL;
}

static Bytes read_object(Block *block, Bytes at, Field *fields, int count);

static Bytes read_list(Block *block, Bytes at, Field *field) {
    if (*at++ != '[')
        return NULL;
    do {
        if ((at = read_object(block, after_blanks(at), field->inner, field->n_inner)) == NULL)
            return NULL;
        at = after_blanks(at);
    } while (*at++ == ',');
    if (at[-1] != ']')
        return NULL;
    return add_offset(block, &field->values, (int64_t)field->inner->values.count) ? at : NULL;
}

/* The number of the field whose key is here, after its quote; the expected one is tried first. -1 if there is none. */
static int field_here(Bytes at, Bytes end, const Field *fields, int count, int expected) {
    for (int i = 0; i < count; i++) {
        int k = (expected + i) % count;
        if ((size_t)(end - at) > fields[k].size && memcmp(at, fields[k].name, fields[k].size) == 0)
            return k;
    }
    return -1;
}

/* An object with exactly these fields, each once. */
static Bytes read_object(Block *block, Bytes at, Field *fields, int count) {
    uint64_t found = 0;
    int k = -1;
    if (*at++ != '{')
        return NULL;
    do {
        at = after_blanks(at);
        if (*at++ != '"')
            return NULL;
        k = field_here(at, block->end, fields, count, (k + 1) % count);
        if (k < 0 || found >> k & 1)
            return NULL;
        found |= (uint64_t)1 << k;
        at = after_blanks(at + fields[k].size);
        if (*at++ != ':')
            return NULL;
        at = after_blanks(at);
        at = fields[k].n_inner ? read_list(block, at, &fields[k]) : read_text(block, at, &fields[k].values);
        if (at == NULL)
            return NULL;
        at = after_blanks(at);
    } while (*at++ == ',');
    block->keys += count;
    return at[-1] == '}' && found == UINT64_MAX >> (64 - count) ? at : NULL;
}

/* All lines; false in doubt, and without memory. */
static bool read_lines(Block *block) {
    Bytes first = block->data, at = first;
    for (int i = 0; i < block->n_fields; i++)
        if (block->fields[i].n_inner && !add_offset(block, &block->fields[i].values, 0))
            return false;
    while (at < block->end) {
        Bytes line = at;
        size_t row = block->lines.count;
        block->is_plain = true;
        if ((at = read_object(block, after_blanks(at), block->fields, block->n_fields)) == NULL)
            return false;
        at = after_blanks(at);
        if (*at == '\r') {
            block->returns = true;
            at++;
        }
        if (*at != '\n' || !add_bit(block, &block->plain, row, block->is_plain) ||
            !add_view(block, &block->lines, line, (size_t)(at - line), 0, (size_t)(line - first)))
            return false;
        at++;
    }
    return true;
}

/* ---- Arrow's arrays of a block ---- */

static struct ArrowArray *next_array(Block *block, int64_t length, int64_t n_buffers, int64_t n_children) {
    int node = block->nodes++;
    struct ArrowArray *array = &block->arrays[node];
    array->length = length;
    array->n_buffers = n_buffers;
    array->n_children = n_children;
    array->buffers = block->buffers + (size_t)node * MAX_BUFFERS;
    array->release = release_array;
    array->private_data = block;
    return array;
}

static struct ArrowArray *array_of_texts(Block *block, const Values *values) {
    int n_sources = block->decoded ? 2 : 1;
    struct ArrowArray *array = next_array(block, (int64_t)values->count, 3 + n_sources, 0);
    array->buffers[1] = values->is.views;
    array->buffers[2] = block->data;
    array->buffers[3] = block->decoded;
    array->buffers[2 + n_sources] = block->sizes;
    return array;
}

static struct ArrowArray *array_of_objects(Block *block, Field *fields, int count, struct ArrowArray **children) {
    struct ArrowArray *array = next_array(block, (int64_t)fields->values.count, 1, count);
    array->children = children;
    for (int i = 0; i < count; i++)
        children[i] = array_of_texts(block, &fields[i].values);
    return array;
}

/* Fills the array of the block: lines, whether all texts of a line are plain, and the fields. */
static bool fill_array(Block *block, struct ArrowArray *root) {
    size_t nodes = 3, at = 0;
    for (int i = 0; i < block->n_fields; i++)
        nodes += 1 + (block->fields[i].n_inner ? 1 + (size_t)block->fields[i].n_inner : 0);
    block->arrays = calloc(nodes, sizeof *block->arrays);
    block->children = calloc(nodes, sizeof *block->children);
    block->buffers = calloc(nodes * MAX_BUFFERS, sizeof *block->buffers);
    if (block->arrays == NULL || block->children == NULL || block->buffers == NULL)
        return false;
    block->sizes[0] = block->end - block->data;
    block->sizes[1] = (int64_t)block->n_decoded;
    struct ArrowArray *array = next_array(block, (int64_t)block->lines.count, 1, 2 + block->n_fields);
    array->children = block->children;
    at = (size_t)array->n_children;
    array->children[0] = array_of_texts(block, &block->lines);
    array->children[1] = next_array(block, (int64_t)block->lines.count, 2, 0);
    array->children[1]->buffers[1] = block->plain.is.bits;
    for (int i = 0; i < block->n_fields; i++) {
        Field *field = &block->fields[i];
        if (!field->n_inner) {
            array->children[2 + i] = array_of_texts(block, &field->values);
            continue;
        }
        struct ArrowArray *list = next_array(block, (int64_t)field->values.count - 1, 2, 1);
        list->buffers[1] = field->values.is.offsets;
        list->children = block->children + at++;
        list->children[0] = array_of_objects(block, field->inner, field->n_inner, block->children + at);
        at += (size_t)field->n_inner;
        array->children[2 + i] = list;
    }
    *root = *array; /* moved: the first node of the block is this one */
    return true;
}

/* ---- Its schema: every node owns its name, its children and their pointers ---- */

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i] == NULL)
            continue;
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    free(schema->private_data);
    schema->release = NULL;
}

/* Without memory, false: what is there then can be released. */
static bool start_schema(struct ArrowSchema *schema, const char *format, const char *name, size_t size, int n_children) {
    memset(schema, 0, sizeof *schema);
    char *own_name = malloc(size + 1);
    schema->format = format;
    schema->name = schema->private_data = own_name;
    schema->release = release_schema;
    schema->children = calloc((size_t)n_children + 1, sizeof *schema->children);
    if (own_name == NULL || schema->children == NULL)
        return false;
    memcpy(own_name, name, size);
    own_name[size] = '\0';
    schema->n_children = n_children;
    for (int i = 0; i < n_children; i++)
        if ((schema->children[i] = calloc(1, sizeof **schema->children)) == NULL)
            return false;
    return true;
}

static bool schema_of_texts(struct ArrowSchema *schema, const Field *field) {
    return start_schema(schema, "vu", field->name, field->size - 1, 0);
}

static bool schema_of_field(struct ArrowSchema *schema, const Field *field) {
    if (!field->n_inner)
        return schema_of_texts(schema, field);
    if (!start_schema(schema, "+L", field->name, field->size - 1, 1))
        return false;
    struct ArrowSchema *item = schema->children[0];
    if (!start_schema(item, "+s", "item", 4, field->n_inner))
        return false;
    for (int i = 0; i < field->n_inner; i++)
        if (!schema_of_texts(item->children[i], &field->inner[i]))
            return false;
    return true;
}

/* No key has the names of the first two: they cannot be printed. */
static bool fill_schema(const Block *block, struct ArrowSchema *schema) {
    if (!start_schema(schema, "+s", "", 0, 2 + block->n_fields) ||
        !start_schema(schema->children[0], "vu", "\n", 1, 0) || !start_schema(schema->children[1], "b", "\t", 1, 0))
        return false;
    for (int i = 0; i < block->n_fields; i++)
        if (!schema_of_field(schema->children[2 + i], &block->fields[i]))
            return false;
    return true;
}

/* ---- The Python function ---- */

static void free_array_capsule(PyObject *capsule) {
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array->release != NULL)
        array->release(array);
    free(array);
}

static void free_schema_capsule(PyObject *capsule) {
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
    if (schema->release != NULL)
        schema->release(schema);
    free(schema);
}

static bool set_name(Field *field, PyObject *key) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(key, &size);
    if (text == NULL)
        return false;
    if ((field->name = malloc((size_t)size + 1)) == NULL) {
        PyErr_NoMemory();
        return false;
    }
    memcpy(field->name, text, (size_t)size);
    field->name[size] = '"';
    field->size = (size_t)size + 1;
    return true;
}

/* The fields for a tuple of keys. 1 on success, 0 if there are none or too many, -1 with an exception. */
static int set_inner_fields(Field *field, PyObject *keys) {
    Py_ssize_t count = PyTuple_Size(keys);
    if (count < 1)
        return count < 0 ? -1 : 1;
    if (count > MAX_KEYS)
        return 0;
    if ((field->inner = calloc((size_t)count, sizeof(Field))) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    field->n_inner = (int)count;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!set_name(&field->inner[i], PyTuple_GetItem(keys, i)))
            return -1;
    return 1;
}

static int set_fields(Block *block, PyObject *layout) {
    Py_ssize_t count = PyDict_Size(layout), at = 0;
    PyObject *key, *inner;
    if (count < 1 || count > MAX_KEYS)
        return count < 0 ? -1 : 0;
    if ((block->fields = calloc((size_t)count, sizeof(Field))) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    while (block->n_fields < count && PyDict_Next(layout, &at, &key, &inner)) {
        Field *field = &block->fields[block->n_fields++];
        if (!set_name(field, key))
            return -1;
        int done = set_inner_fields(field, inner);
        if (done < 1)
            return done;
    }
    return 1;
}

/* The capsules of a block that was read, which own it from here on; NULL with an exception. */
static PyObject *capsules_of(Block *block) {
    struct ArrowSchema *schema = calloc(1, sizeof *schema);
    struct ArrowArray *array = calloc(1, sizeof *array);
    bool is_filled = schema != NULL && array != NULL && fill_schema(block, schema) && fill_array(block, array);
    long long keys = block->keys;
    int returns = block->returns;
    if (!is_filled) {
        if (schema != NULL && schema->release != NULL)
            schema->release(schema);
        free(schema);
        free(array);
        free_block(block);
        return PyErr_NoMemory();
    }
    PyObject *of_schema = PyCapsule_New(schema, "arrow_schema", free_schema_capsule);
    PyObject *of_array = PyCapsule_New(array, "arrow_array", free_array_capsule);
    if (of_schema == NULL) {
        schema->release(schema);
        free(schema);
    }
    if (of_array == NULL) {
        array->release(array);
        free(array);
    }
    if (of_schema == NULL || of_array == NULL) {
        Py_XDECREF(of_schema);
        Py_XDECREF(of_array);
        return NULL;
    }
    return Py_BuildValue("NNLN", of_schema, of_array, keys, PyBool_FromLong(returns));
}

static PyObject *read_block(PyObject *module, PyObject *args) {
    PyObject *source, *layout;
    char *data;
    Py_ssize_t size;
    (void)module;
    free_released();
    if (!PyArg_ParseTuple(args, "SO!:read_block", &source, &PyDict_Type, &layout) ||
        PyBytes_AsStringAndSize(source, &data, &size) < 0)
        return NULL;
    if (size < 1 || size > MAX_SIZE || data[size - 1] != '\n')
        Py_RETURN_NONE;
    Block *block = calloc(1, sizeof *block);
    if (block == NULL)
        return PyErr_NoMemory();
    Py_INCREF(source);
    block->source = source;
    block->data = (Bytes)data;
    block->end = block->data + size;
    int done = set_fields(block, layout);
    if (done == 1) {
        Py_BEGIN_ALLOW_THREADS
        done = read_lines(block);
        Py_END_ALLOW_THREADS
        if (block->no_memory) {
            PyErr_NoMemory();
            done = -1;
        }
    }
    if (done == 1)
        return capsules_of(block);
    free_block(block);
    if (done < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"read_block", read_block, METH_VARARGS, "The Arrow capsules of a block, its keys, and whether lines end with CR."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "ftlint_flat._native", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&definition); }

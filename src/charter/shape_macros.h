/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * shape_macros.h: how the tables of shape.h are written.  OF is the struct that the record
 * is bound to; a member of the wrong type does not compile.
 */
#ifndef CHARTER_SHAPE_MACROS_H
#define CHARTER_SHAPE_MACROS_H

#include "charter/shape.h"

/* What __builtin_classify_type() says of pointers. */
#define POINTER_CLASS 5

/* The offset of a member, which must have this type. */
#define AT(m, type) (offsetof(OF, m) + 0 * sizeof((type *)0 == &((OF *)0)->m))
/* The same for any pointer, and for any list. */
#define AT_POINTER(m)      \
	(offsetof(OF, m) + \
	 0 * sizeof(char[__builtin_classify_type(((OF *)0)->m) == POINTER_CLASS ? 1 : -1]))
#define AT_LIST(m)         \
	(offsetof(OF, m) + \
	 0 * sizeof(char[sizeof(((OF *)0)->m) == sizeof(struct sequence) ? 1 : -1]))
#define AT_ENUM(m) \
	(offsetof(OF, m) + 0 * sizeof(char[sizeof(((OF *)0)->m) == sizeof(int) ? 1 : -1]))

#define ID(doc_)                                                                            \
	{                                                                                   \
		.key = "id", .type = F_ID, .flags = NEEDED, .offset = AT(id, const char *), \
		.doc = doc_                                                                 \
	}
#define STRING_AS(type_, key_, m, flags_, doc_)                                             \
	{                                                                                   \
		.key = key_, .type = type_, .flags = flags_, .offset = AT(m, const char *), \
		.doc = doc_                                                                 \
	}
#define STRING(m, flags_, doc_)		STRING_AS(F_STRING, #m, m, flags_, doc_)
#define WORD_OF(m, flags_, doc_)	STRING_AS(F_WORD, #m, m, flags_, doc_)
#define PARTIAL(m, flags_, doc_)	STRING_AS(F_PARTIAL, #m, m, flags_, doc_)
#define LANGUAGE(key_, m, flags_, doc_) STRING_AS(F_LANGUAGE, key_, m, flags_, doc_)
#define NAME_AS(key_, m, flags_, pools_, doc_)                                               \
	{                                                                                    \
		.key = key_, .type = F_NAME, .flags = flags_, .offset = AT(m, const char *), \
		.pools = pools_, .doc = doc_                                                 \
	}
#define NAME(m, flags_, pools_, doc_) NAME_AS(#m, m, flags_, pools_, doc_)

#define BOOL_AS(key_, m, otherwise_, doc_)                                       \
	{                                                                        \
		.key = key_, .type = F_BOOL, .flags = (otherwise_) ? 0 : NEEDED, \
		.offset = AT(m, bool), .otherwise = otherwise_, .doc = doc_      \
	}
#define BOOL(m, otherwise_, doc_) BOOL_AS(#m, m, otherwise_, doc_)
#define SAID(key_, m, vocabulary, doc_)                             \
	{                                                           \
		.key = key_, .type = F_SAID, .offset = AT(m, bool), \
		.of = &vocabulary_##vocabulary, .doc = doc_         \
	}
#define INT(m, flags_, otherwise_, lo_, hi_, doc_)                                   \
	{                                                                            \
		.key = #m, .type = F_INT, .flags = flags_, .offset = AT(m, int32_t), \
		.otherwise = otherwise_, .lo = lo_, .hi = hi_, .doc = doc_           \
	}
#define NUMBER(m, flags_, doc_)                                                        \
	{                                                                              \
		.key = #m, .type = F_NUMBER, .flags = flags_, .offset = AT(m, double), \
		.otherwise = (flags_)&NEEDED ? NULL : "0", .doc = doc_                 \
	}

#define DURATION(m, doc_)                                       \
	{                                                       \
		.key = #m, .type = F_DURATION, .flags = NEEDED, \
		.offset = AT(m, struct duration), .doc = doc_   \
	}
#define DURATION_OPT(m, flags_, doc_)                                 \
	{                                                             \
		.key = #m, .type = F_DURATION_OPT, .flags = flags_,   \
		.offset = AT(m, const struct duration *), .doc = doc_ \
	}
#define FRACTION(m, otherwise_, doc_)                                                    \
	{                                                                                \
		.key = #m, .type = F_FRACTION, .offset = AT(m, struct charter_fraction), \
		.otherwise = otherwise_, .doc = doc_                                     \
	}
#define SPAN(m, each_, flags_, doc_)                                       \
	{                                                                  \
		.key = #m, .type = F_SPAN, .each = each_, .flags = flags_, \
		.offset = AT(m, struct charter_span), .doc = doc_          \
	}

#define CHOICE_AS(key_, m, vocabulary, flags_, otherwise_, doc_)                      \
	{                                                                             \
		.key = key_, .type = F_CHOICE, .flags = flags_, .offset = AT_ENUM(m), \
		.of = &vocabulary_##vocabulary, .otherwise = otherwise_, .doc = doc_  \
	}
#define CHOICE(m, vocabulary, doc_) CHOICE_AS(#m, m, vocabulary, NEEDED, NULL, doc_)
#define CHOICE_OR(m, vocabulary, otherwise_, doc_) \
	CHOICE_AS(#m, m, vocabulary, 0, otherwise_, doc_)
#define SET_AS(key_, m, vocabulary, flags_, doc_)                                      \
	{                                                                              \
		.key = key_, .type = F_SET, .flags = (flags_) | ALIKE,                 \
		.offset = AT(m, uint64_t), .of = &vocabulary_##vocabulary, .doc = doc_ \
	}
#define SET(m, vocabulary, flags_, doc_) SET_AS(#m, m, vocabulary, flags_, doc_)

#define TEXT_AS(key_, m, flags_, doc_)                            \
	{                                                         \
		.key = key_, .type = F_TEXT, .flags = flags_,     \
		.offset = AT(m, struct charter_text), .doc = doc_ \
	}
#define TEXT(m, flags_, doc_) TEXT_AS(#m, m, flags_, doc_)
#define TEXTS(m, flags_, doc_)                                                                 \
	{                                                                                      \
		.key = #m, .type = F_TEXTS, .flags = flags_, .offset = AT_LIST(m), .doc = doc_ \
	}
#define WORDS(m, flags_, pools_, doc_)                                                \
	{                                                                             \
		.key = #m, .type = F_WORDS, .each = F_WORD, .flags = flags_,          \
		.offset = AT(m, struct charter_strings), .pools = pools_, .doc = doc_ \
	}
#define NAMES(m, flags_, pools_, doc_)                                                \
	{                                                                             \
		.key = #m, .type = F_NAMES, .flags = flags_,                          \
		.offset = AT(m, struct charter_strings), .pools = pools_, .doc = doc_ \
	}

#define REF_AS(key_, m, flags_, pool_, doc_)                                          \
	{                                                                             \
		.key = key_, .type = F_REF, .flags = flags_, .offset = AT_POINTER(m), \
		.pools = POOL(pool_), .doc = doc_                                     \
	}
#define REF(m, flags_, pool_, doc_) REF_AS(#m, m, flags_, pool_, doc_)
#define REFS(m, flags_, pool_, doc_)                                                        \
	{                                                                                   \
		.key = #m, .type = F_REFS, .flags = (flags_) | ALIKE, .offset = AT_LIST(m), \
		.pools = POOL(pool_), .doc = doc_                                           \
	}
#define REFS_IN_ORDER(m, flags_, pool_, doc_)                                     \
	{                                                                         \
		.key = #m, .type = F_REFS, .flags = flags_, .offset = AT_LIST(m), \
		.pools = POOL(pool_), .doc = doc_                                 \
	}
#define WHO(m, flags_, pools_, doc_)                                              \
	{                                                                         \
		.key = #m, .type = F_WHO, .flags = flags_,                        \
		.offset = AT(m, struct charter_who), .pools = pools_, .doc = doc_ \
	}
#define WHOS(m, flags_, pools_, doc_)                                                       \
	{                                                                                   \
		.key = #m, .type = F_WHOS, .flags = (flags_) | ALIKE, .offset = AT_LIST(m), \
		.pools = pools_, .doc = doc_                                                \
	}

#define RECORD_AS(key_, offset_, shape_, flags_, doc_)                             \
	{                                                                          \
		.key = key_, .type = F_RECORD, .flags = flags_, .offset = offset_, \
		.of = &(shape_), .doc = doc_                                       \
	}
#define RECORD(m, shape_, flags_, doc_) RECORD_AS(#m, offsetof(OF, m), shape_, flags_, doc_)
#define RECORD_OPT(m, shape_, flags_, doc_)                                                \
	{                                                                                  \
		.key = #m, .type = F_RECORD_OPT, .flags = flags_, .offset = AT_POINTER(m), \
		.of = &(shape_), .doc = doc_                                               \
	}
#define RECORDS(m, shape_, flags_, doc_)                                             \
	{                                                                            \
		.key = #m, .type = F_RECORDS, .flags = flags_, .offset = AT_LIST(m), \
		.of = &(shape_), .doc = doc_                                         \
	}
#define MAP(m, shape_, flags_, doc_)                                             \
	{                                                                        \
		.key = #m, .type = F_MAP, .flags = flags_, .offset = AT_LIST(m), \
		.of = &(shape_), .doc = doc_                                     \
	}

/* The shape of a rule, of a row of a list with ids, of a part without an origin, of a pair. */
#define SHAPE(name_, fields_, origin_, sourced_, pool_)                                      \
	{                                                                                    \
		name_, sizeof(OF), fields_, sizeof(fields_) / sizeof((fields_)[0]), origin_, \
			sourced_, pool_                                                      \
	}
#define RULE_SHAPE(name_, fields_, pool_) SHAPE(name_, fields_, true, true, pool_)
#define ROW_SHAPE(name_, fields_, pool_)  SHAPE(name_, fields_, true, false, pool_)
#define PART_SHAPE(name_, fields_)	  SHAPE(name_, fields_, false, false, P_OTHERS)

/* The type of a member, for the shapes of parts that have no struct of their own. */
#define TYPE_OF(type, m) __typeof__(((type *)0)->m)

#endif

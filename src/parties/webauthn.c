/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/rand.h"
#include "base/text.h"
#include "parties/webauthn.h"

enum {
	FLAGS_AT = 32, /* in authenticator data: hash of the site, flags, counter */
	COUNTER_AT = 33,
	DATA_MIN = 37,
	FLAG_PRESENT = 0x01,
	FLAG_VERIFIED = 0x04,
	FLAG_SYNCED = 0x08,
	FLAG_KEY = 0x40,
	KEY_ID_AT = 18, /* behind the model of the authenticator and the length of the id */
};

const int webauthn_algs[3] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };


static int check_challenge(const json_t *client, const uint8_t *challenge, struct fault *f)
{
	const char *text = json_text(client, "challenge", "");
	uint8_t got[WEBAUTHN_CHALLENGE];
	size_t len = sizeof(got);

	if (text_unbase64(got, &len, text, strlen(text), true) || len != sizeof(got) ||
	    !secret_eq(got, challenge, len))
		return fault_set(f, E_RANGE, "This answers another question; begin once more.");

	return 0;
}


/* {"type", "challenge", "origin", "crossOrigin"}: 7.1 steps 7 to 10, 7.2 steps 11 to 14. */
static int check_client(const struct webauthn_site *site, const char *type,
			const uint8_t *challenge, struct bytes client, struct fault *f)
{
	json_t *data = NULL;
	int err;

	if (client.len > WEBAUTHN_CLIENT_MAX)
		return fault_set(f, E_TOOBIG, "The client data are too long.");
	err = json_read(&data, (const char *)client.at, client.len, WEBAUTHN_CLIENT_MAX, 4, f);
	if (err)
		return fault_set(f, E_SYNTAX, "The client data are not JSON.");
	if (!json_is_object(data) || !text_eq(json_text(data, "type", NULL), type))
		err = fault_set(f, E_RANGE, "The client data are not of the type %s.", type);
	if (!err)
		err = check_challenge(data, challenge, f);
	if (!err && !text_eq(json_text(data, "origin", NULL), site->origin))
		err = fault_set(f, E_RANGE,
				"The browser was at another address than this centre's.");
	if (!err && json_is_true(json_object_get(data, "crossOrigin")))
		err = fault_set(f, E_RANGE, "The page was shown inside another site's.");
	json_decref(data);

	return err;
}


/* What of an attestation object libfido2 takes apart from each other. */
struct object {
	char format[32];
	struct bytes data;
	unsigned char *statement; /* encoded anew; freed */
	size_t statement_len;
	bool chain; /* there is a certificate */
};


static bool key_is(const struct cbor_pair *p, const char *name)
{
	return cbor_isa_string(p->key) && cbor_string_is_definite(p->key) &&
	       cbor_string_length(p->key) == strlen(name) &&
	       memcmp(cbor_string_handle(p->key), name, strlen(name)) == 0;
}


static void read_statement(struct object *o, cbor_item_t *map)
{
	size_t room = 0;

	for (size_t i = 0; i < cbor_map_size(map); i++)
		o->chain = o->chain || key_is(&cbor_map_handle(map)[i], "x5c");
	o->statement_len = cbor_serialize_alloc(map, &o->statement, &room);
}


static int read_object(struct object *o, const cbor_item_t *root, struct fault *f)
{
	if (!cbor_isa_map(root) || !cbor_map_is_definite(root) || cbor_map_size(root) > 8)
		return fault_set(f, E_SYNTAX, "The attestation object is not a map.");
	for (size_t i = 0; i < cbor_map_size(root); i++) {
		const struct cbor_pair *p = &cbor_map_handle(root)[i];

		if (key_is(p, "fmt") && cbor_isa_string(p->value) &&
		    cbor_string_is_definite(p->value) &&
		    cbor_string_length(p->value) < sizeof(o->format)) {
			memcpy(o->format, cbor_string_handle(p->value),
			       cbor_string_length(p->value));
			o->format[cbor_string_length(p->value)] = '\0';
		} else if (key_is(p, "authData") && cbor_isa_bytestring(p->value) &&
			   cbor_bytestring_is_definite(p->value)) {
			o->data = (struct bytes){ cbor_bytestring_handle(p->value),
						  cbor_bytestring_length(p->value) };
		} else if (key_is(p, "attStmt") && cbor_isa_map(p->value) &&
			   cbor_map_is_definite(p->value) && !o->statement) {
			read_statement(o, p->value);
		}
	}
	if (!o->format[0] || o->data.len < DATA_MIN || !o->statement)
		return fault_set(f, E_SYNTAX,
				 "The attestation object lacks fmt, authData or attStmt.");

	return 0;
}


static int fido_fault(struct fault *f, int rc)
{
	switch (rc) {
	case FIDO_ERR_USER_PRESENCE_REQUIRED:
	case FIDO_ERR_UNSUPPORTED_OPTION:
	case FIDO_ERR_INVALID_PARAM:
		return fault_set(
			f, E_RANGE,
			"The passkey is of another site, or did not check who is there.");
	case FIDO_ERR_INVALID_SIG:
		return fault_set(f, E_CRYPTO, "The signature of the passkey does not hold.");
	default: return fault_set(f, E_SYNTAX, "The answer of the passkey cannot be read.");
	}
}


/* A fresh object each time: its setters do not replace what was set before. */
static int fill_cred(fido_cred_t *c, int alg, const struct webauthn_site *site,
		     struct bytes client, const struct object *o)
{
	bool none = text_eq(o->format, "none");
	int rc = fido_cred_set_type(c, alg);

	rc = rc ? rc : fido_cred_set_rp(c, site->id, NULL);
	rc = rc ? rc : fido_cred_set_clientdata(c, client.at, client.len);
	rc = rc ? rc : fido_cred_set_uv(c, FIDO_OPT_TRUE);
	rc = rc ? rc : fido_cred_set_authdata_raw(c, o->data.at, o->data.len);
	rc = rc ? rc : fido_cred_set_fmt(c, o->format);
	if (!rc && !none)
		rc = fido_cred_set_attstmt(c, o->statement, o->statement_len);
	if (rc || none)
		return rc;

	return o->chain ? fido_cred_verify(c) : fido_cred_verify_self(c);
}


/*
 * Do all lengths in it fit into what there is (RFC 8949, 3)?  libcbor takes memory for as many
 * members as an array claims to have, before it has seen one.
 */
static bool lengths_fit(struct bytes b)
{
	size_t at = 0;

	while (at < b.len) {
		uint8_t major = b.at[at] >> 5, info = b.at[at] & 0x1f;
		uint64_t n = info;

		at++;
		if (info >= 24) {
			size_t more = info > 27 ? 0 : (size_t)1 << (info - 24);

			/* Indefinite lengths (31) are not used by authenticators. */
			if (!more || more > b.len - at)
				return false;
			n = 0;
			while (more--)
				n = n << 8 | b.at[at++];
		}
		if (major >= 2 && major <= 5 && n > b.len - at)
			return false;
		if (major == 2 || major == 3)
			at += n;
	}

	return true;
}


/* The key and the extensions in authenticator data (WebAuthn 6.1) are CBOR, too. */
static bool data_fits(struct bytes data)
{
	size_t at = DATA_MIN;

	if (data.at[FLAGS_AT] & FLAG_KEY) {
		if (data.len < DATA_MIN + KEY_ID_AT)
			return false;
		at += KEY_ID_AT + ((size_t)data.at[at + 16] << 8 | data.at[at + 17]);
	}

	return at <= data.len && lengths_fit((struct bytes){ data.at + at, data.len - at });
}


/* Of this site; somebody touched it, and it knew who.  Without an attestation nothing else
 * looks. */
static int check_data(const struct webauthn_site *site, struct bytes data, struct fault *f)
{
	uint8_t flags = data.at[FLAGS_AT], site_hash[DIGEST_SIZE];

	if (!data_fits(data))
		return fault_set(f, E_SYNTAX, "The answer of the passkey cannot be read.");
	digest_of(site_hash, site->id, strlen(site->id));
	if (memcmp(site_hash, data.at, DIGEST_SIZE) != 0)
		return fault_set(f, E_RANGE, "The passkey is of another site.");
	if (!(flags & FLAG_PRESENT) || !(flags & FLAG_VERIFIED))
		return fault_set(f, E_RANGE,
				 "The passkey did not check who is there; choose one that asks "
				 "for a finger, a face or a PIN.");

	return 0;
}


static int keep_cred(struct webauthn_key *out, const fido_cred_t *c, int alg, struct bytes data,
		     struct fault *f)
{
	size_t id = fido_cred_id_len(c), key = fido_cred_pubkey_len(c);

	if (!id || id > sizeof(out->id) || !key || key > sizeof(out->key))
		return fault_set(f, E_SYNTAX,
				 "The passkey has no id or key that could be kept.");
	memcpy(out->id, fido_cred_id_ptr(c), id);
	memcpy(out->key, fido_cred_pubkey_ptr(c), key);
	out->id_len = id;
	out->key_len = key;
	out->alg = alg;
	out->counter = fido_cred_sigcount(c);
	out->synced = (data.at[FLAGS_AT] & FLAG_SYNCED) != 0;

	return 0;
}


static int take_cred(struct webauthn_key *out, const struct webauthn_site *site,
		     struct bytes client, const struct object *o, struct fault *f)
{
	int rc = FIDO_ERR_INVALID_ARGUMENT;

	for (size_t i = 0; i < ARRAY_LEN(webauthn_algs); i++) {
		fido_cred_t *c = fido_cred_new();
		int err = E_NOMEM;

		rc = c ? fill_cred(c, webauthn_algs[i], site, client, o) : FIDO_ERR_INTERNAL;
		if (rc == FIDO_OK)
			err = keep_cred(out, c, webauthn_algs[i], o->data, f);
		fido_cred_free(&c);
		if (rc == FIDO_OK)
			return err;
		if (rc == FIDO_ERR_INVALID_SIG)
			break;
		/* Else the key in the data may be of another algorithm. */
	}

	return fido_fault(f, rc);
}


int webauthn_made(struct webauthn_key *out, const struct webauthn_site *site,
		  const uint8_t challenge[WEBAUTHN_CHALLENGE], struct bytes client,
		  struct bytes object, struct fault *f)
{
	struct object o = { 0 };
	struct cbor_load_result load;
	cbor_item_t *root;
	int err = check_client(site, "webauthn.create", challenge, client, f);

	memset(out, 0, sizeof(*out));
	if (err)
		return err;
	if (object.len > WEBAUTHN_OBJECT_MAX)
		return fault_set(f, E_TOOBIG, "The attestation object is too long.");
	root = lengths_fit(object) ? cbor_load(object.at, object.len, &load) : NULL;
	if (!root)
		return fault_set(f, E_SYNTAX, "The attestation object is not CBOR.");
	err = read_object(&o, root, f);
	if (!err)
		err = check_data(site, o.data, f);
	if (!err)
		err = take_cred(out, site, client, &o, f);
	free(o.statement);
	cbor_decref(&root);

	return err;
}


/* The key in the form of its algorithm; freed by free_key(). */
static void *key_of(const struct webauthn_key *k)
{
	void *pk = NULL;
	int rc = FIDO_ERR_INVALID_ARGUMENT;

	switch (k->alg) {
	case COSE_ES256:
		pk = es256_pk_new();
		rc = pk ? es256_pk_from_ptr(pk, k->key, k->key_len) : rc;
		break;
	case COSE_EDDSA:
		pk = eddsa_pk_new();
		rc = pk ? eddsa_pk_from_ptr(pk, k->key, k->key_len) : rc;
		break;
	case COSE_RS256:
		pk = rs256_pk_new();
		rc = pk ? rs256_pk_from_ptr(pk, k->key, k->key_len) : rc;
		break;
	default: break;
	}

	return rc == FIDO_OK ? pk : NULL;
}


static void free_key(const struct webauthn_key *k, void *pk)
{
	es256_pk_t *es = pk;
	eddsa_pk_t *ed = pk;
	rs256_pk_t *rs = pk;

	if (k->alg == COSE_ES256)
		es256_pk_free(&es);
	else if (k->alg == COSE_EDDSA)
		eddsa_pk_free(&ed);
	else
		rs256_pk_free(&rs);
}


static int verify(const struct webauthn_key *k, const struct webauthn_site *site,
		  struct bytes client, struct bytes data, struct bytes signature)
{
	fido_assert_t *a = fido_assert_new();
	void *pk = key_of(k);
	int rc = a && pk ? fido_assert_set_count(a, 1) : FIDO_ERR_INTERNAL;

	rc = rc ? rc : fido_assert_set_rp(a, site->id);
	rc = rc ? rc : fido_assert_set_clientdata(a, client.at, client.len);
	rc = rc ? rc : fido_assert_set_up(a, FIDO_OPT_TRUE);
	rc = rc ? rc : fido_assert_set_uv(a, FIDO_OPT_TRUE);
	rc = rc ? rc : fido_assert_set_authdata_raw(a, 0, data.at, data.len);
	rc = rc ? rc : fido_assert_set_sig(a, 0, signature.at, signature.len);
	rc = rc ? rc : fido_assert_verify(a, 0, k->alg, pk);
	if (pk)
		free_key(k, pk);
	fido_assert_free(&a);

	return rc;
}


int webauthn_used(struct webauthn_key *key, const struct webauthn_site *site,
		  const uint8_t challenge[WEBAUTHN_CHALLENGE], struct bytes client,
		  struct bytes data, struct bytes signature, struct fault *f)
{
	uint32_t counter;
	int rc, err = check_client(site, "webauthn.get", challenge, client, f);

	if (err)
		return err;
	/* Used, a passkey says no key again: what follows the counter is extensions. */
	if (data.len < DATA_MIN || data.len > WEBAUTHN_OBJECT_MAX || !signature.len ||
	    signature.len > WEBAUTHN_SIGNATURE_MAX ||
	    !lengths_fit((struct bytes){ data.at + DATA_MIN, data.len - DATA_MIN }))
		return fault_set(f, E_SYNTAX, "The answer of the passkey cannot be read.");
	err = check_data(site, data, f);
	if (err)
		return err;
	rc = verify(key, site, client, data, signature);
	if (rc != FIDO_OK)
		return fido_fault(f, rc);
	counter = (uint32_t)data.at[COUNTER_AT] << 24 |
		  (uint32_t)data.at[COUNTER_AT + 1] << 16 |
		  (uint32_t)data.at[COUNTER_AT + 2] << 8 | data.at[COUNTER_AT + 3];
	/* Passkeys on several devices do not count: they stay at zero. */
	if ((counter || key->counter) && counter <= key->counter)
		return fault_set(f, E_CRYPTO,
				 "This passkey was used elsewhere meanwhile; it may have been "
				 "copied.");
	key->counter = counter;

	return 0;
}

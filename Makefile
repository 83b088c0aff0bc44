# Build Comity on Debian 12.  `make run` and `make test` do everything; `make help` lists the rest.
#
# MODE picks the variant; each has its own tree under build/.  A change of flags, or a file
# added or removed, rebuilds what it should.

MODE ?= debug
B    := build/$(MODE)

F.debug   := -O1 -g
F.release := -O2 -g -flto=auto -D_FORTIFY_SOURCE=2 -fPIE
F.asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
F.tsan    := -O1 -g -fsanitize=thread
F.cover   := -O0 -g --coverage
F.fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
CC.fuzz   := clang-14
L.release := -pie -Wl,-z,relro,-z,now

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla \
	-Wwrite-strings -Wformat=2 -Wimplicit-fallthrough -Wundef -Wno-overlength-strings -Werror
PKGS := sqlite3 jansson yaml-0.1 expat libcrypto libssl icu-i18n icu-uc libmicrohttpd libseccomp \
	gsl libzip libfido2 libcbor libsodium
LATE := libpq libcurl libqrencode cairo-pdf cairo-ft freetype2 # not linked: opened when they are needed (base/library.h)

COMPILER := $(or $(CC.$(MODE)),gcc)
CC       := $(if $(shell command -v ccache),ccache )$(COMPILER)
CFLAGS   := -std=gnu17 -D_GNU_SOURCE $(WARN) -fno-common -fstack-protector-strong -pthread \
	-Isrc -I$(B) $(F.$(MODE)) $(shell pkg-config --cflags $(PKGS) $(LATE) 2>/dev/null)
OWN      := -include base/banned.h
LINK     := $(F.$(MODE)) $(L.$(MODE)) -pthread
LDLIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm

SRC  := $(filter-out src/app/main.c,$(sort $(wildcard src/*/*.c)))
DESC := $(patsubst schema/%.schema,$(B)/gen/%.c,$(sort $(wildcard schema/*.schema)))
GEN  := $(B)/gen/migrations.c $(B)/gen/fonts.c $(B)/gen/catalogue.c $(B)/gen/openapi.c $(B)/gen/web.c $(DESC)
FONTS := $(addprefix /usr/share/fonts/truetype/paratype/,PTS55F.ttf PTS75F.ttf PTF75F.ttf)
FRONT := $(shell find web/src web/build web/public i18n/web -type f) web/pages.json web/index.html \
	web/vite.config.ts web/tsconfig.json
OBJ  := $(SRC:%.c=$(B)/%.o) $(GEN:.c=.o)
TLIB := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/lib/*.c)))
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/*_test.c)))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))

all: $(B)/comity                     ## build the server (MODE=debug|release|asan|tsan|cover|fuzz)
run:                                 ## install what is missing, build, serve the Union of Six (LAN=1: also to your network)
	@tools/setup.sh build web
	+@$(MAKE) --no-print-directory web
	+@$(MAKE) --no-print-directory all MODE=release
	@LAN=$(LAN) tools/run.sh build/release/comity "$(CHARTER)" "$(DATA)"
test:                                ## install what is missing, then every test there is
	@tools/setup.sh build web test deb
	+@$(MAKE) --no-print-directory web
	+@tools/test.sh
web: web/dist/files.json             ## build the front into web/dist (Node.js); `all` puts it in
deb:                                 ## a Debian package in build/deb, with the front inside
	@tools/setup.sh build web deb
	+@$(MAKE) --no-print-directory web
	+@$(MAKE) --no-print-directory package
package:                             ## the same, of what is there: the front goes in if it is built
	+@$(MAKE) --no-print-directory all MODE=release
	@mkdir -p build/deb && rm -f build/deb/*.deb
	@debian/rules binary >build/deb/log 2>&1 || { tail -20 build/deb/log; exit 1; }
	@ls build/deb/*.deb
check: $(UNIT:=.ok) $(B)/layers.ok $(B)/format.ok ## the tests that a change affects: quick
bench:                               ## the tables of measured figures (LONG=1 TOPICS="acts views")
	@tools/setup.sh build web bench
	+@$(MAKE) --no-print-directory web
	+@$(MAKE) --no-print-directory all benches MODE=release
	@tools/bench.sh $(TOPICS)
asan tsan: ; +@$(MAKE) check MODE=$@
cover:                               ## unit tests, then lines covered per file
	+@$(MAKE) check MODE=cover
	@cd build/cover && gcov -n $$(find src -name '*.gcda') | awk -F"'" \
		'/^File .src/{f=$$2} /^Lines/{split($$0,p,/[:%]/); if (f) print p[2] "%\t" f; f=""}'
fuzz:                                ## each fuzz target for FUZZ_S seconds (10)
	+@$(MAKE) --no-print-directory fuzzers MODE=fuzz
	@tools/fuzz.sh $(or $(FUZZ_S),10)
fuzzers: $(FUZZ)
units: $(UNIT)
outside:                             ## the record as programs see it that nobody here wrote
	@tests/verify/outside_test.sh $(MODE)
benches: $(patsubst tests/bench/%.c,$(B)/bench/%,$(sort $(wildcard tests/bench/*.c)))
lint: $(B)/layers.ok $(B)/format.ok $(SRC:%.c=$(B)/%.tidy) ## layers, format, clang-tidy, cppcheck
	@cppcheck --quiet --enable=warning,portability --inline-suppr --std=c11 -Isrc \
		--suppress=unknownMacro --suppress=varFuncNullUB --error-exitcode=1 src
clean:                               ## remove every build tree
	rm -rf build
help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

$(B)/stamp: FORCE
	@mkdir -p $(B)/gen; echo '$(CC) $(CFLAGS) $(SRC)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(SRC)' >$@
$(B)/gen/migrations.c: $(sort $(wildcard src/store/migrations/*.sql)) tools/embed.py $(B)/stamp
	@python3 tools/embed.py sql $@ $(filter %.sql,$^)
$(B)/gen/fonts.c: $(FONTS) tools/embed.py $(B)/stamp
	@python3 tools/embed.py fonts $@ $(FONTS)
$(B)/gen/catalogue.c: $(sort $(wildcard $(addprefix i18n/,$(addsuffix /*.json,refusals mail web paper charter)))) tools/embed.py $(B)/stamp
	@python3 tools/embed.py catalogue $@ $(filter %.json,$^)
$(B)/gen/web.c: $(wildcard web/dist/files.json) tools/embed.py $(B)/stamp
	@python3 tools/embed.py web $@ web/dist
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@tools/web.sh install
web/dist/files.json: web/node_modules/.package-lock.json $(FRONT) $(wildcard schema/*) tools/gen.py
	@mkdir -p build/web && python3 tools/gen.py build/web $(sort $(wildcard schema/*.schema))
	@tools/web.sh build
$(B)/gen/openapi.c $(DESC) &: $(wildcard schema/*) tools/gen.py $(B)/stamp
	@python3 tools/gen.py $(B)/gen $(filter %.schema,$^) && touch $(B)/gen/openapi.c $(DESC)
$(B)/%.o: %.c $(B)/stamp | $(GEN)
	@mkdir -p $(@D)
	@echo "cc   $<"
	@$(CC) $(CFLAGS) $(OWN) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/tests/%.o: tests/%.c $(B)/stamp | $(GEN)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -Itests/lib -MMD -MP -c -o $@ $<
$(B)/libcore.a: $(OBJ)
	@rm -f $@; $(AR) rcs $@ $^
$(B)/comity: $(B)/src/app/main.o $(B)/libcore.a
	@$(CC) $(LINK) -o $@ $^ $(LDLIBS)
$(B)/unit/%: $(B)/tests/unit/%.o $(TLIB) $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs check)
$(B)/unit/media_srtp_test: LDLIBS += -lsrtp2
$(B)/unit/media_nonce_test: LDLIBS += -Wl,--wrap=gcm_seal,--wrap=gcm_free,--wrap=epoll_wait,--wrap=recvmmsg,--wrap=sendmmsg,--wrap=sendto,--wrap=clock_gettime
$(B)/verify/%: $(B)/tests/verify/%.o $(TLIB) $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs check)
$(B)/bench/%: $(B)/tests/bench/%.o $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK) -o $@ $^ $(LDLIBS)
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
$(B)/unit/%.ok: $(B)/unit/%
	@tools/unit.sh $< && touch $@
$(B)/%.tidy: %.c $(B)/stamp .clang-tidy | $(GEN)
	@clang-tidy --quiet $< -- $(filter -I% -D% -std=%,$(CFLAGS)) -I/usr/lib/clang/14/include 2>/dev/null && touch $@
$(B)/layers.ok: src/LAYERS tools/layers.sh $(wildcard src/*/*.[ch])
	@mkdir -p $(B); tools/layers.sh && echo "ok   layers" && touch $@
$(B)/format.ok: .clang-format $(wildcard src/*/*.[ch] tests/*/*.[ch])
	@mkdir -p $(B); clang-format-14 --dry-run -Werror $(filter %.c %.h,$^) && echo "ok   format" && touch $@

FORCE:
.PHONY: all run test web deb package check bench asan tsan cover fuzz fuzzers units outside benches lint clean help FORCE
.SECONDARY:
.DELETE_ON_ERROR:
-include $(OBJ:.o=.d) $(wildcard $(B)/tests/*/*.d) $(B)/src/app/main.d

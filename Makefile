# SPDX-License-Identifier: GPL-3.0-or-later
#
# make            build/release/nas and build/release/libnas.a
# make help       all targets and switches
#
# The program is not ./nas, because nas/ is the folder of its sources.

VERSION = 1.0.0
PREFIX ?= /usr/local
DESTDIR ?=

# ---- switches -------------------------------------------------------------
# SANITIZE=address,undefined  NATIVE=1  WERROR=1  CC=clang  V=1  T=name  J=n
# MPICC=  (a build without MPI)
SANITIZE ?=
NATIVE ?=
WERROR ?=
V ?=
T ?=
MPICC ?= mpicc
J ?= $(shell nproc 2>/dev/null || echo 2)

empty :=
space := $(empty) $(empty)
comma := ,
ifeq ($(origin CXX),default)
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
endif
FLAVOUR := $(if $(SANITIZE),$(subst $(comma),-,$(SANITIZE)),release)
FLAVOUR := $(FLAVOUR)$(if $(NATIVE),-native)$(if $(findstring clang,$(CC)),-clang)
BUILD ?= build/$(FLAVOUR)
GEN = $(BUILD)/gen

# ---- flags ----------------------------------------------------------------
# No -ffast-math and no fused multiply-add, ever: results are the same bytes on
# every machine, and comparisons see NaN.
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wvla -Wwrite-strings \
	-Wpointer-arith -Wformat=2 -Wundef -Wcast-qual -Wdouble-promotion \
	-Wmissing-declarations -Wswitch-enum
WARNINGS_CXX = -Wall -Wextra
OPTIMISE ?= -O2
# The place of the sources is no part of what is built.
HERE = '-ffile-prefix-map=$(CURDIR)=.'
# One set of objects for the program and libnas.so: costs no instruction, since
# no function of the library can be replaced from outside.
COMMON = -g -fno-common -fPIC -fno-semantic-interposition -ffp-contract=off -MMD -MP -I. -I$(GEN) \
	$(if $(WERROR),-Werror) $(if $(NATIVE),-march=native) \
	$(if $(findstring undefined,$(SANITIZE)),-fsanitize=float-cast-overflow) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer)
CFLAGS_ALL = -std=c11 $(OPTIMISE) $(WARNINGS) $(COMMON) $(OPENMP) \
	$(MPI_FLAGS) -DNAS_VERSION='"$(VERSION)"' $(CPPFLAGS) $(CFLAGS)
CXXFLAGS_ALL = -std=c++17 $(OPTIMISE) $(WARNINGS_CXX) -fno-exceptions $(COMMON) \
	$(CPPFLAGS) $(CXXFLAGS)

# A compiler without OpenMP still builds a program that runs on one core.
OPENMP := $(shell echo 'int main(void){return 0;}' | \
	$(CC) -fopenmp -x c - -o /dev/null 2>/dev/null && echo -fopenmp || \
	echo -Wno-unknown-pragmas)

# MPI where its compiler wrapper is found: Open MPI's, or MPICH's.
mpi_says = $(if $(MPICC),$(shell $(MPICC) $1 2>/dev/null || $(MPICC) $2 \
	2>/dev/null))
MPI_LIBS := $(filter -L% -l% -Wl%,$(call mpi_says,--showme:link,-link_info))
MPI_FLAGS := $(patsubst -I%,-isystem %,$(filter -I% -D%,\
	$(call mpi_says,--showme:compile,-compile_info)))
ifneq ($(MPI_LIBS),)
MPI_FLAGS += -DNAS_MPI=1
endif

# Libraries, one line each: what the program is linked with.
LIBS = -lcjson
LIBS += -lglpk
LIBS += -lprotobuf-c
LIBS += -lpng
LIBS += -lturbojpeg
LIBS += -lz
LIBS += -ldl
LIBS += -lm

# ---- sources --------------------------------------------------------------
LIB_DIRS ?= nas/base nas/form nas/data spaces spaces/graph spaces/import spaces/export \
	scoring scoring/forward scoring/sensitivity evolve evolve/ranks evolve/certify qbr \
	nas/run nas/report
CLI_DIRS ?= nas/cli
LIB_C := $(filter-out $(if $(MPI_LIBS),,evolve/ranks/comm_mpi.c),\
	$(wildcard $(LIB_DIRS:%=%/*.c)))
LIB_CC := $(wildcard $(LIB_DIRS:%=%/*.cc))
CLI_C := $(wildcard $(CLI_DIRS:%=%/*.c))
picked = $(if $(T),$(foreach t,$1,$(if $(findstring $(T),$t),$t)),$1)
TEST_C := $(call picked,$(wildcard tests/*/test_*.c))
# Scripts about the sources need no second run under sanitizers.
SCRIPTS := $(filter-out $(if $(SANITIZE),tests/includes.sh tests/style.sh \
	tests/circles.sh tests/meta.sh),$(wildcard tests/*.sh tests/*/test_*.sh))
TEST_SH := $(call picked,$(SCRIPTS))

LIB_O := $(BUILD)/obj/onnx.pb-c.o $(BUILD)/obj/embedded.o $(LIB_C:%.c=$(BUILD)/obj/%.o) $(LIB_CC:%=$(BUILD)/obj/%.o)
CLI_O := $(CLI_C:%.c=$(BUILD)/obj/%.o)
TEST_BIN := $(TEST_C:%.c=$(BUILD)/%)
# Libraries that tests preload.
TEST_SO := $(patsubst %.c,$(BUILD)/%.so,$(wildcard tests/tools/*.c))
NAS := $(if $(CLI_C),$(BUILD)/nas)

# One short line a file; V=1 shows the commands.
say = $(if $(V),,@printf '  %-5s%s\n' $1 '$@';)

.PHONY: all so deps run test test-build test-only check test-clock test-user test-bare test-packages test-image test-same test-interop test-boards test-story test-cluster test-memory test-files test-static test-analyzer test-tidy test-valgrind test-threads coverage fuzz deb bench install uninstall clean help
.DELETE_ON_ERROR:

all: $(BUILD)/libnas.a $(NAS) ## build the library and the program

$(BUILD)/libnas.a: $(LIB_O)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

# Exports what the public headers name.
SO = $(BUILD)/libnas.so.$(VERSION)
SONAME = libnas.so.$(firstword $(subst ., ,$(VERSION)))
$(BUILD)/exports: $(BUILD)/libnas.a
	@{ echo '{ global:'; nm -g --defined-only $< 2>/dev/null | awk 'NF == 3 { print $$3 }' | \
		grep -xF "$$(grep -ohE '[a-z_0-9]+' nas/nas.h $(PUBLIC_H) | sort -u)" | \
		sort -u | sed 's/$$/;/'; echo 'local: *; };'; } >$@
$(SO): $(LIB_O) $(BUILD)/exports
	$(call say,LINK)$(CC) $(CFLAGS_ALL) -shared -Wl,-soname,$(SONAME) \
		-Wl,--version-script=$(BUILD)/exports -o $@ $(LIB_O) $(LDFLAGS) $(LIBS) $(MPI_LIBS)
	@ln -sf $(@F) $(BUILD)/$(SONAME)

so: $(SO)

$(BUILD)/nas: $(CLI_O) $(BUILD)/libnas.a
	$(call say,LINK)$(CC) $(CFLAGS_ALL) -o $@ $(CLI_O) $(BUILD)/libnas.a $(LDFLAGS) $(LIBS) $(MPI_LIBS)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(HERE) $(CFLAGS_ALL) -c -o $@ $<

# Files that the library carries: nas/base/embedded.h.
EMBEDDED = spaces/export/model.py
EMBEDDED += $(wildcard spaces/export/kernels/*.[ch])
EMBEDDED += nas/run/boards/board.c
EMBEDDED += $(wildcard nas/run/runtimes/*)
EMBEDDED += $(wildcard spaces/latency_models/*.json)
bytes = od -An -v -tx1 $1 | sed 's/ \([0-9a-f]*\)/0x\1,/g'
embedded = embedded_$(subst .,_,$(subst -,_,$(subst /,_,$1)))
# Those that embedded.h does not name are seen by the table alone.
embed = grep -qF ' $(call embedded,$2)[];' nas/base/embedded.h || printf 'static '; \
	echo 'const char $(call embedded,$2)[] = {'; $(call bytes,$1); echo '0};';
# What is shipped and found by its path where there is no such file: configs,
# networks, papers, and the tables that papers' rows are made of.
SHIPPED = $(sort $(wildcard configs/*.json configs/*/*.json))
SHIPPED += tests/data/mobilenetv2_bits_accuracy.json
SHIPPED += tests/data/mobilenets_accuracy.json
SHIPPED += tests/data/hawq_resnet18_ilp.json
SHIPPED += tests/data/hawq_resnet50_ilp.json
SHIPPED += tests/study/table.json
EMBEDDED += $(SHIPPED)
$(BUILD)/embedded.c: $(EMBEDDED) $(BUILD)/flags Makefile nas/base/embedded.h
	@{ echo '#include "nas/base/embedded.h"'; \
	echo '#include "nas/base/shipped.h"'; \
	$(foreach f,$(EMBEDDED),$(call embed,$f,$f)) \
	$(call embed,$(BUILD)/flags,build_flags) \
	echo 'const struct shipped_file shipped_files[] = {'; \
	$(foreach f,$(SHIPPED),echo '{ "$f", $(call embedded,$f) },';) \
	echo '{ 0 } };'; } >$@

$(BUILD)/obj/embedded.o: $(BUILD)/embedded.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(HERE) $(CFLAGS_ALL) -c -o $@ $<

# ONNX messages, from the definition that the system ships.
ONNX_PROTO ?= /usr/include/onnx/onnx.proto
$(GEN)/onnx.pb-c.c: $(ONNX_PROTO)
	@mkdir -p $(@D)
	$(call say,GEN)protoc-c --c_out=$(@D) -I$(dir $<) $<
$(GEN)/onnx.pb-c.h: $(GEN)/onnx.pb-c.c ;
$(filter $(BUILD)/obj/spaces/import/% $(BUILD)/obj/spaces/export/%,$(LIB_O)): | $(GEN)/onnx.pb-c.h

$(BUILD)/obj/onnx.pb-c.o: $(GEN)/onnx.pb-c.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(HERE) -std=c11 $(OPTIMISE) $(COMMON) $(CFLAGS) -c -o $@ $<

$(BUILD)/obj/%.cc.o: %.cc $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CXX)$(CXX) $(HERE) $(CXXFLAGS_ALL) -c -o $@ $<

$(BUILD)/tests/%: tests/%.c $(BUILD)/libnas.a
	@mkdir -p $(@D)
	$(call say,TEST)$(CC) $(CFLAGS_ALL) -MF $@.d -o $@ $< $(BUILD)/libnas.a $(LDFLAGS) -lcmocka $(LIBS) $(MPI_LIBS)

$(BUILD)/tests/tools/%.so: tests/tools/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,SO)$(CC) -std=c11 -O2 $(WARNINGS) $(if $(WERROR),-Werror) -fPIC -shared -o $@ $< -ldl -lm

# Other flags than last time rebuild everything of this flavour.
FLAGS_NOW = $(filter-out -ffile-prefix-map=% -fdebug-prefix-map=%,$(CC) $(CXX) \
	$(CFLAGS_ALL) $(CXXFLAGS_ALL) $(LDFLAGS) $(LIBS) $(MPI_LIBS))
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ || \
		echo '$(subst ','\'',$(FLAGS_NOW))' >$@
FORCE:

-include $(FOUND:%.c=$(BUILD)/analyzer/%.d) $(LIB_O:.o=.d) $(CLI_O:.o=.d) $(TEST_BIN:=.d)

# ---- targets --------------------------------------------------------------
deps = CC='$(CC)' CXX='$(CXX)' CPPFLAGS='$(CPPFLAGS)' .ci/deps
deps: ## install what is needed (Debian and Ubuntu; elsewhere says what)
	@$(deps)

# The packages may be new: a second make looks at the system afresh.
run: ## design the network of the README: 320 kB SRAM, 1 MB Flash
	@$(deps) build
	@$(MAKE) --no-print-directory -j$(J) all
	$(BUILD)/nas search configs/imagenet-320kb-1mb.json \
		--set score.trust=true -o runs/imagenet-320kb-1mb --force

test: deps ## build and run all tests; T=name picks some
	@$(MAKE) --no-print-directory -j$(J) test-build
	@$(MAKE) --no-print-directory test-only

test-build: all $(TEST_BIN) $(TEST_SO) $(SO)

test_env = CC='$(CC)' BUILD='$(BUILD)' NAS='$(NAS)' SANITIZE='$(SANITIZE)' \
	CFLAGS_ALL="$(subst ",\",$(CFLAGS_ALL))" LIBS='$(LIBS) $(MPI_LIBS)' \
	ASAN_OPTIONS=allocator_may_return_null=1
test-only:
	@$(test_env) tests/run $(TEST_BIN) $(TEST_SH)

test-clock: deps ## all tests with clocks at 0.001 and at 20 of their speed, on one core
	@$(MAKE) --no-print-directory -j$(J) test-build
	@$(test_env) tests/tools/clock.sh $(TEST_BIN) $(TEST_SH)

test-user: deps ## all tests as another user, in a folder with spaces in its name
	@$(MAKE) --no-print-directory -j$(J) test-build
	@BUILD='$(BUILD)' tests/tools/user.sh CC='$(CC)' WERROR='$(WERROR)' T='$(T)'

test-bare: ## what README.md says, in a Debian of nothing else (root, debootstrap)
	@tests/tools/bare.sh

test-packages: deb ## the packages installed, used and removed in such a Debian
	@tests/tools/packages.sh

test-image: deb ## the packages in an image by .ci/Dockerfile, and as .ci/nas.def says (buildah)
	@tests/tools/image.sh

check: deps ## all tests again under the address and undefined sanitizers
	@$(MAKE) --no-print-directory SANITIZE=address,undefined OPTIMISE=-O1 test

test-same: ## two builds are the same bytes; gcc's files are clang's and arm64's (.ci/deps arm64)
	@tests/tools/same.sh

test-interop: all ## other programs check files, networks, entropy, bits
	@NAS='$(NAS)' CC='$(CC)' \
		LIBS='$(filter -fopenmp,$(OPENMP)) $(LIBS) $(MPI_LIBS)' tests/interop/run
	@NAS='$(NAS)' tests/interop/report.sh

# RANDOM=100 architectures; CONFIGS=all.
RANDOM ?= 4
test-boards: all ## networks as C on emulated Cortex-M and RISC-V (.ci/deps boards)
	@NAS='$(NAS)' RANDOM_NETS='$(RANDOM)' CONFIGS='$(CONFIGS)' tests/boards/run

# TRAIN=1 trains its weights anew.
test-story: all ## from a config to a board: Fashion-MNIST on an emulated Cortex-M4
	@NAS='$(NAS)' TRAIN='$(TRAIN)' tests/boards/story/run

# RUNS=100 of the runs that are killed; RANKS=256 of one search.
test-cluster: all $(TEST_SO) ## 100 killed and resumed runs; configs/slurm under a Slurm
	@BUILD='$(BUILD)' NAS='$(NAS)' TEST_LIMIT_S=2400 tests/run \
		tests/mpi/many.sh tests/mpi/speed.sh tests/mpi/kill.sh tests/mpi/slurm.sh

# MEMORY="-k search" picks cases.
test-memory: all $(TEST_SO) ## every command with memory that fails, at every single allocation
	@NAS='$(NAS)' CC='$(CC)' MEMORY='$(MEMORY)' TEST_LIMIT_S=14400 \
		tests/run tests/cli/test_memory.sh

# FILES="-k search" picks cases.
test-files: all $(TEST_SO) ## every command that writes, on a disk that fails, or killed there
	@NAS='$(NAS)' CC='$(CC)' FILES='$(FILES)' TEST_LIMIT_S=14400 \
		tests/run tests/cli/test_files.sh

test-static: all ## cppcheck, without a finding that tests/cppcheck.txt does not explain
	cppcheck --quiet --error-exitcode=1 --std=c11 -j$(J) -I . -I $(BUILD)/gen \
		--enable=warning,portability,performance --inline-suppr \
		--suppress=missingIncludeSystem \
		--suppressions-list=tests/cppcheck.txt \
		nas spaces scoring evolve qbr

# What gcc finds on the paths through each file, in two minutes of the processor.
test-analyzer: all ## gcc -fanalyzer; tests/analyzer.txt says why a finding is none
	@$(MAKE) -s --no-print-directory -k -j$(J) $(FOUND:%.c=$(BUILD)/analyzer/%.txt)
	@tests/tools/findings.sh tests/analyzer.txt $(FOUND:%.c=$(BUILD)/analyzer/%.txt)

FOUND = $(LIB_C) $(CLI_C) $(wildcard spaces/export/kernels/*.c)
$(BUILD)/analyzer/%.txt: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,READ)$(CC) $(HERE) $(filter-out -g -W%,$(CFLAGS_ALL)) -fanalyzer \
		-fdiagnostics-plain-output -MT $@ -c -o $(@:.txt=.o) $< 2>$@ || { cat $@; exit 1; }

# 12 minutes of the processor.
test-tidy: all ## clang-tidy by tests/clang-tidy.yaml; clang-tidy.txt says why a finding is none
	@rm -rf $(BUILD)/tidy
	@$(MAKE) -s --no-print-directory -k -j$(J) $(FOUND:%.c=$(BUILD)/tidy/%.txt)
	@tests/tools/findings.sh tests/clang-tidy.txt $(FOUND:%.c=$(BUILD)/tidy/%.txt)

$(BUILD)/tidy/%.txt: %.c
	@mkdir -p $(@D)
	$(call say,READ)clang-tidy --quiet --config-file=tests/clang-tidy.yaml $< -- -std=c11 \
		-fopenmp -I. -I$(GEN) $(MPI_FLAGS) -DNAS_VERSION='"$(VERSION)"' >$@ 2>$@.log || \
		{ cat $@ $@.log; exit 1; }

# Each command once on small inputs, and tests that are quick enough: 30 times as slow. long double
# has 64 bits there, too few for scoring/test_metrics. libjpeg-turbo's vectors read what lies behind
# a row, and do not use it: without them there.
MEMCHECK = valgrind --quiet --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite --errors-for-leak-kinds=definite
CHECKED = base/test_csv base/test_data base/test_err base/test_file base/test_form \
	base/test_form_write base/test_image base/test_json_tree base/test_lp base/test_rng \
	evolve/test_checkpoint evolve/test_comm evolve/test_fitness evolve/test_listing \
	qbr/test_allocate_front qbr/test_labels qbr/test_policy_answer qbr/test_ties \
	report/test_page report/test_svg scoring/test_figures scoring/test_forward \
	scoring/test_forward_conformance scoring/test_quantiser \
	scoring/test_scores scoring/test_tables spaces/test_arch_bad spaces/test_arch_json \
	spaces/test_cost spaces/test_graph spaces/test_latency spaces/test_layers \
	spaces/test_live spaces/test_onnx_export
test-valgrind: all $(TEST_SO) $(CHECKED:%=$(BUILD)/tests/%) ## commands and tests under valgrind
	@JSIMD_FORCENONE=1 tests/tools/under.py $(NAS) $(BUILD)/tests/tools/hooks.so -x bench -o \
		-- $(MEMCHECK) $(NAS)
	@$(test_env) JSIMD_FORCENONE=1 TEST_UNDER='$(MEMCHECK)' tests/run $(CHECKED:%=$(BUILD)/tests/%)

# Archer tells the sanitizer what OpenMP's own waits mean (libomp-dev). Signals come late under
# it, for which base/test_parallel does not wait.
THREADED = base/test_lp base/test_stats evolve/test_evolve \
	evolve/test_slow_score scoring/test_forward \
	scoring/test_forward_conformance scoring/test_hand_made scoring/test_input_stats \
	scoring/test_metrics scoring/test_rounding scoring/test_sensitivity scoring/test_zen
ARCHER = $(wildcard /usr/lib/llvm-$(shell clang -dumpversion | cut -d. -f1)/lib/libarcher.so)
threads_env = TSAN_OPTIONS=ignore_noninstrumented_modules=1 OMP_TOOL_LIBRARIES=$(ARCHER)
test-threads: all $(TEST_SO) ## clang's thread sanitizer over commands and tests on two threads
	@$(if $(ARCHER),,echo 'test-threads: no libarcher.so (libomp-dev of clang)' >&2; exit 1)
	@$(MAKE) -s --no-print-directory -j$(J) BUILD=build/threads CC=clang MPICC= T= \
		SANITIZE=thread OPTIMISE=-O1 build/threads/nas $(THREADED:%=build/threads/tests/%)
	@$(threads_env) tests/tools/under.py $(NAS) $(BUILD)/tests/tools/hooks.so -t 2 -x bench \
		-x version -- build/threads/nas
	@$(threads_env) $(test_env) tests/run $(THREADED:%=build/threads/tests/%)

# Lines that make test runs. gcov's own allocations are in the way of test_memory.sh.
COVERAGE = -s --no-print-directory BUILD=build/coverage OPTIMISE=-O1 WERROR= T= \
	CFLAGS='-g0 --coverage' LDFLAGS=--coverage
coverage: deps ## share of the lines that make test runs; tests/coverage.txt says why not all
	@$(MAKE) $(COVERAGE) -j$(J) test-build
	@find build/coverage -name '*.gcda' -delete
	@$(MAKE) $(COVERAGE) test-only SCRIPTS='$(filter-out tests/cli/test_memory.sh,$(SCRIPTS))' || \
		echo 'coverage: some tests are red here' >&2
	@tests/tools/coverage.py build/coverage tests/coverage.txt 95

# Seconds a target of tests/fuzz/fuzz.c; FUZZ="onnx npy" names some.
fuzz: ## clang's libFuzzer on every reader: T=60 seconds each, FUZZ=names
	@$(MAKE) --no-print-directory -j$(J) T= all $(TEST_SO)
	@$(MAKE) --no-print-directory -j$(J) BUILD=build/fuzz CC=clang MPICC= T= \
		SANITIZE=fuzzer-no-link,address,undefined build/fuzz/fuzz
	@NAS='$(NAS)' RUNS='$(RUNS)' tests/fuzz/run build/fuzz/fuzz \
		'$(or $(T),60)' $(FUZZ)

# The program's main is called by the fuzzer's.
$(BUILD)/fuzz: tests/fuzz/fuzz.c $(CLI_O) $(BUILD)/libnas.a
	$(call say,FUZZ)objcopy --redefine-sym main=nas_main \
		$(BUILD)/obj/nas/cli/main.o $(BUILD)/fuzz_main.o
	@$(CC) $(CFLAGS_ALL) -fsanitize=fuzzer -o $@ $< $(BUILD)/fuzz_main.o \
		$(filter-out %/main.o,$(CLI_O)) $(BUILD)/libnas.a $(LDFLAGS) $(LIBS)

bench: all ## speed of the search on this machine
	$(NAS) bench

# Where things go; a DESTDIR is put before it for packages.
INTO = $(DESTDIR)$(PREFIX)

install: all $(SO) ## install program, library, headers, configs, man pages, completions
	install -d '$(INTO)/bin' '$(INTO)/lib/pkgconfig'
	install -m 755 $(NAS) '$(INTO)/bin/nas'
	install -m 644 $(BUILD)/libnas.a '$(INTO)/lib/libnas.a'
	install -m 755 $(SO) '$(INTO)/lib/'
	ln -sf $(notdir $(SO)) '$(INTO)/lib/$(SONAME)'
	ln -sf $(SONAME) '$(INTO)/lib/libnas.so'
	install -D -m 644 nas/python/nas.py '$(INTO)/$(PYTHON_DIR)/nas.py'
	@set -e; for h in $(PUBLIC_H); do \
		install -D -m 644 $$h "$(INTO)/include/nas/$$h"; \
	done
	@set -e; for f in $(wildcard configs/*.* configs/*/*.*); do \
		install -D -m $$([ -x $$f ] && echo 755 || echo 644) $$f "$(INTO)/share/nas/$$f"; \
	done
	@set -e; page() { install -d "$$1" && $(NAS) help $$3 --as $$4 >"$$1/$$2"; }; \
		share='$(INTO)/share'; \
		page "$$share/man/man1" nas.1 '' man; \
		for c in $(COMMANDS); do \
			page "$$share/man/man1" nas-$$c.1 $$c man; \
		done; \
		page "$$share/bash-completion/completions" nas '' bash; \
		page "$$share/zsh/site-functions" _nas '' zsh; \
		page "$$share/fish/vendor_completions.d" nas.fish '' fish
	@printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include/nas' \
		'libdir=$${prefix}/lib' '' 'Name: nas' \
		'Description: design of small quantised networks without training' \
		'Version: $(VERSION)' 'Cflags: -I$${includedir}' \
		'Libs: -L$${libdir} -lnas' \
		'Libs.private: $(LIBS) $(filter-out -L/usr/lib/%,$(MPI_LIBS)) $(filter -fopenmp,$(OPENMP))' \
		>'$(INTO)/lib/pkgconfig/nas.pc'
	@[ -n '$(DESTDIR)' ] || ldconfig 2>/dev/null || :

# Where Python 3 looks: the place of packages, or that of one version.
PYTHON_DIR ?= lib/$(if $(filter /usr,$(PREFIX)),python3,$(shell python3 -c 'import sys; \
	print("python%d.%d" % sys.version_info[:2])' 2>/dev/null || echo python3))/dist-packages

uninstall: ## remove what make install put there (same PREFIX and DESTDIR)
	rm -f '$(INTO)/bin/nas' '$(INTO)/lib/libnas.a' '$(INTO)'/lib/libnas.so* \
		'$(INTO)/$(PYTHON_DIR)/nas.py' \
		'$(INTO)/lib/pkgconfig/nas.pc'
	rm -rf '$(INTO)/include/nas' '$(INTO)/share/nas'
	rm -f '$(INTO)/share/man/man1/nas.1' '$(INTO)'/share/man/man1/nas-*.1 \
		'$(INTO)/share/bash-completion/completions/nas' \
		'$(INTO)/share/zsh/site-functions/_nas' \
		'$(INTO)/share/fish/vendor_completions.d/nas.fish'

COMMANDS = $(shell $(NAS) help | sed -n 's/^  \([a-z]*\) .*/\1/p')

# nas/nas.h and all that it includes.
PUBLIC_H = $(filter %.h,$(shell $(CC) -std=c11 -MM -I. -x c nas/nas.h))

DEB = build/deb/nas-$(VERSION)
deb: ## Debian packages of nas, libnas and the Python module, in build/deb
	rm -rf build/deb
	mkdir -p $(DEB)
	tar -c --exclude=./build --exclude=./runs --exclude=./.git . | tar -x -C $(DEB)
	cp -r .ci/debian $(DEB)/debian
	cd $(DEB) && unset MAKEFLAGS MFLAGS MAKELEVEL && dpkg-buildpackage -us -uc -b
	@ls build/deb/*.deb

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/make \1 @\2/p' Makefile | \
		awk -F@ '{printf "%-14s %s\n", $$1, $$2}'
	@echo
	@echo 'switches: CC=clang  MPICC= (no MPI)  WERROR=1  NATIVE=1  SANITIZE=address,undefined'
	@echo '          V=1 (commands)  T=name (tests)  J=n (jobs)  PREFIX=dir DESTDIR=dir'
	@echo 'builds into $(BUILD)/'

#!/bin/bash
# Faults, over and over, at random moments, for SECONDS (60): full disks, folders and files that cannot be used, inputs
# that change while they are read, too few descriptors, addresses or bytes, closed and full streams, signals, two runs
# at a time.
#
#     Tests/faults.sh [SECONDS] [SEED]
#
# After each, these must hold: the exit code is the right one; what failed says so in one error; every result is whole,
# one of those that are right to the bit, or as it was before; no temporary file is left (after SIGKILL one may be, and
# the next run is not disturbed by it). Prints what broke them and, in a closing line, how many faults of which kind
# were survived; ends with 1 where any was not. Small file systems and read-only folders need root; without it they are
# left out. Set HARMONIZE to use another build than .build/release/harmonize.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
seed=${2:-$RANDOM}
RANDOM=$seed
harmonize=$(realpath "${HARMONIZE:-.build/release/harmonize}")
fixtures=$(realpath Tests/CommandTests/Fixtures)
[ -x "$harmonize" ] || {
    echo "Error: $harmonize is not there: build it, or set HARMONIZE" >&2
    exit 1
}

folder=$(mktemp -d)
mounts=()
declare -A survived
violations=0
after_signal=no

end() {
    local mount
    jobs -p | xargs -r kill -KILL 2>/dev/null
    wait 2>/dev/null
    for mount in "${mounts[@]}"; do umount -l "$mount" 2>/dev/null; done
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

export XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data
painting=$fixtures/painting.png
object=$fixtures/cup-alpha.png
job=(--painting "$painting" --object "$object" --iterations 1 --size 60 --no-config)
names=(stage1.png stage2.png trace.json compare.png plot.svg preview.png)

# What a job writes, relative to the folder it is in.
everything=(--trace trace.json --compare compare.png --plot plot.svg --preview-every 1)

# --- What is right ---------------------------------------------------------------------------------------------------

mkdir "$folder/right" "$folder/work"
(cd "$folder/right" && "$harmonize" "${job[@]}" "${everything[@]}" --quiet) || {
    echo "Error: the job itself fails" >&2
    exit 1
}
old=$folder/old
mkdir "$old"
for name in "${names[@]}"; do echo "an old $name" >"$old/$name"; done

fail() { # KIND WHAT
    violations=$((violations + 1))
    {
        echo "Violation: $1: $2"
        [ ! -s "$folder/errors" ] || head -c 600 "$folder/errors" | sed 's/^/    /'
    } >&3
}

same() { cmp -s "$1" "$2"; }

# Whether a file is one that programs can read to its end. More is not known of what was written after a signal (the
# best so far), of previews, and of traces, which have times in them.
is_whole() {
    case $1 in
        *.png) [ "$(head -c 4 "$1" | tail -c 3)" = PNG ] && tail -c 8 "$1" | grep -q IEND ;;
        *.json) [ "$(head -c 1 "$1")$(tail -c 2 "$1")" = "{}" ] ;;
        *.svg) tail -c 8 "$1" | grep -q '</svg>' ;;
    esac
} 2>/dev/null

is_right() {
    if [ "$after_signal" = yes ]; then
        is_whole "$1"
    else
        case $1 in
            */preview.png | */trace.json) is_whole "$1" ;;
            *) same "$1" "$folder/right/${1##*/}" ;;
        esac
    fi
}

# Whether the files in a folder are whole: right, or as before; and nothing else is there.
check_folder() { # KIND FOLDER [may-have-temporary]
    local file name
    for file in "$2"/* "$2"/.[!.]*; do
        [ -e "$file" ] || continue
        name=${file##*/}
        case $name in
            stage?.png | compare.png | plot.svg | trace.json | preview.png)
                is_right "$file" || same "$file" "$old/$name" ||
                    fail "$1" "$name is neither the new one nor the old one"
                ;;
            .harmonize-*.tmp) [ "${3:-}" = may-have-temporary ] || fail "$1" "$name is left behind" ;;
            *) fail "$1" "$name is not expected" ;;
        esac
    done
}

# Whether what the command said is one error with a hint, or for a success none.
check_words() { # KIND CODE
    local count
    count=$(grep -c '^Error: ' "$folder/errors")
    if [ "$2" = 0 ]; then
        [ "$count" = 0 ] || fail "$1" "an error with exit code 0"
    else
        [ "$count" = 1 ] || fail "$1" "$count errors with exit code $2"
    fi
    ! grep -qE 'Fatal error|crashed|Backtrace' "$folder/errors" || fail "$1" "a crash"
}

check_code() { # KIND CODE EXPECTED...
    local kind=$1 code=$2 expected
    shift 2
    for expected; do [ "$code" != "$expected" ] || return 0; done
    fail "$kind" "exit code $code, expected $*"
}

count() { survived[$1]=$((${survived[$1]:-0} + 1)); }

# A folder to work in, every other time with old files.
fresh() {
    rm -rf "$folder/work"
    mkdir "$folder/work"
    if [ $((RANDOM % 2)) = 0 ]; then cp "$old"/* "$folder/work"; fi
}

# Runs the command in the work folder; its exit code is in `code`.
run() {
    (cd "$folder/work" && exec timeout -s KILL 60 "$harmonize" "$@") >"$folder/output" 2>"$folder/errors" </dev/null
    code=$?
}

# A time in seconds, below the given number of milliseconds.
moment() { printf '0.%03d' $((RANDOM % $1)); }

# --- Faults ----------------------------------------------------------------------------------------------------------

# Each does one fault and checks what it left. Those that need root say so by their place in `rooted`.

full_disk() {
    local room
    rm -rf "${folder:?}/small"/* "$folder/small"/.[!.]* 2>/dev/null
    cp "$old"/* "$folder/small"
    # Some of the 512 KB are taken: the disk is full at the first file, the last, or in between.
    room=$((RANDOM % 500 + 1))
    head -c "${room}K" /dev/zero >"$folder/small/ballast" 2>/dev/null
    (cd "$folder/small" && exec timeout -s KILL 60 "$harmonize" "${job[@]}" "${everything[@]}" --quiet) \
        >"$folder/output" 2>"$folder/errors"
    code=$?
    rm -f "$folder/small/ballast"
    check_code full_disk $code 0 73
    # A preview that cannot be written is a warning.
    check_words full_disk $code
    check_folder full_disk "$folder/small"
}

read_only_folder() {
    fresh
    run "${job[@]}" --output "$folder/read-only" --quiet
    check_code read_only_folder $code 73
    check_words read_only_folder $code
    check_folder read_only_folder "$folder/read-only"
    check_folder read_only_folder "$folder/work"
}

unwritable_place() {
    local option
    fresh
    case $((RANDOM % 4)) in
        0) option=(--output /dev/null/x) ;;
        1) option=(--trace missing/t.json) ;;
        2) option=(--compare missing/c.png) ;;
        3) option=(--output "$painting") ;;
    esac
    run "${job[@]}" "${option[@]}" --quiet
    check_code unwritable_place $code 73
    check_words unwritable_place $code
    check_folder unwritable_place "$folder/work"
}

folder_as_file() {
    local name=${names[RANDOM % 5]}
    fresh
    rm -f "$folder/work/$name"
    mkdir "$folder/work/$name"
    run "${job[@]}" "${everything[@]}" --quiet
    rmdir "$folder/work/$name" || fail folder_as_file "the folder $name is gone"
    check_code folder_as_file $code 73
    check_words folder_as_file $code
    check_folder folder_as_file "$folder/work"
}

unreadable_input() {
    local option=--object input
    fresh
    case $((RANDOM % 5)) in
        0) input=$folder/missing.png ;;
        1) input=$folder ;;
        2) input=/dev/null ;;
        3) input=/dev/zero ;;
        4) input=$folder/cut.png && head -c $((RANDOM % $(stat -c %s "$object"))) "$object" >"$input" ;;
    esac
    [ $((RANDOM % 2)) = 0 ] || option=--mask
    run "${job[@]}" $option "$input" --quiet
    check_code unreadable_input $code 65 66
    check_words unreadable_input $code
    check_folder unreadable_input "$folder/work"
}

# Inputs that are cut short and written again while they are read.
changing_input() {
    local size writer input=$folder/changing
    fresh
    if [ $((RANDOM % 2)) = 0 ]; then
        cp "$object" "$input"
        set -- --object "$input"
    else
        cp "$folder/model.bin" "$input"
        set -- --model "$input"
    fi
    size=$(stat -c %s "$input")
    (
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            sleep "$(moment 30)"
            truncate -s $((RANDOM * size / 32768)) "$input"
            [ $((RANDOM % 3)) != 0 ] || truncate -s "$size" "$input"
        done
    ) &
    writer=$!
    run "${job[@]}" "$@" --quiet
    wait $writer
    check_code changing_input $code 0 65
    check_words changing_input $code
    check_folder changing_input "$folder/work"
}

few_descriptors() {
    local limit=$((RANDOM % 24 + 4))
    fresh
    (
        cd "$folder/work" || exit 1
        exec >"$folder/output" 2>"$folder/errors" </dev/null
        ulimit -n $limit
        exec "$harmonize" "${job[@]}" "${everything[@]}" --quiet
    )
    code=$?
    # Below five the dynamic linker cannot open the libraries, and says so.
    if [ $code != 127 ] || [ $limit -gt 4 ]; then
        check_code "few_descriptors ($limit)" $code 0 69
        check_words "few_descriptors ($limit)" $code
    fi
    check_folder few_descriptors "$folder/work"
}

few_addresses() {
    local limit=$((RANDOM * 45 + 120000))
    fresh
    (
        cd "$folder/work" || exit 1
        ulimit -v $limit
        exec timeout -s KILL 60 "$harmonize" "${job[@]}" --quiet
    ) >"$folder/output" 2>"$folder/errors"
    code=$?
    # Below some 120 MB the dynamic linker has no room for the libraries, and says so.
    if [ $code != 127 ]; then
        check_code "few_addresses ($limit)" $code 0 69
        check_words few_addresses $code
    fi
    check_folder few_addresses "$folder/work"
}

small_files() {
    fresh
    (
        cd "$folder/work" || exit 1
        ulimit -f $((RANDOM % 200))
        exec "$harmonize" "${job[@]}" "${everything[@]}" --quiet
    ) 2>&1 | cat >"$folder/errors"
    code=${PIPESTATUS[0]}
    check_code small_files "$code" 0 73
    check_words small_files "$code"
    check_folder small_files "$folder/work"
}

# Streams that are closed, full, or read by nobody.
bad_streams() {
    local kind=$((RANDOM % 8))
    fresh
    : >"$folder/errors"
    : >"$folder/output"
    (
        cd "$folder/work" || exit 1
        case $kind in
            0) exec "$harmonize" "${job[@]}" "${everything[@]}" >&- ;;
            1) exec "$harmonize" "${job[@]}" "${everything[@]}" 2>&- ;;
            2) exec "$harmonize" "${job[@]}" "${everything[@]}" <&- >&- 2>&- ;;
            3) exec "$harmonize" "${job[@]}" "${everything[@]}" 2>/dev/full ;;
            4) exec "$harmonize" "${job[@]}" --json --quiet >/dev/full 2>"$folder/errors" ;;
            5) exec "$harmonize" "${job[@]}" --output - --quiet >&- 2>"$folder/errors" ;;
            6) exec "$harmonize" "${job[@]}" --painting - --quiet <&- 2>"$folder/errors" ;;
            7) exec "$harmonize" "${job[@]}" --output - --quiet 2>"$folder/errors" > >(exec true) ;;
        esac
    )
    code=$?
    case $kind in
        [0-3]) check_code "bad_streams ($kind)" $code 0 ;;
        [45]) check_code "bad_streams ($kind)" $code 73 ;;
        6) check_code "bad_streams ($kind)" $code 66 ;;
        7) check_code "bad_streams ($kind)" $code 0 73 ;; # the pipe has room for all of it
    esac
    [ "$kind" -lt 4 ] || check_words "bad_streams ($kind)" $code
    check_folder "bad_streams ($kind)" "$folder/work"
}

# A signal, or two, at any moment.
signal() { # NAME CODE
    local process name=$1 expected=$2
    fresh
    (cd "$folder/work" && exec "$harmonize" "${job[@]}" "${everything[@]}" --iterations 30 --quiet) \
        >"$folder/output" 2>"$folder/errors" &
    process=$!
    sleep "$(moment 900)"
    kill "-$name" $process 2>/dev/null
    if [ $((RANDOM % 3)) = 0 ]; then
        sleep "$(moment 100)"
        kill "-$name" $process 2>/dev/null
    fi
    wait $process
    code=$?
    # Before it listens, the signal ends it.
    check_code "$name" $code 0 "$expected"
    ! grep -qE 'Fatal error|crashed' "$folder/errors" || fail "$name" "a crash"
    if [ "$name" = KILL ]; then
        check_signalled "$name" may-have-temporary
        [ ! -e "$folder/work"/.harmonize-*.tmp ] || leftovers=$((leftovers + 1))
        # What it left disturbs nobody.
        run "${job[@]}" --quiet
        check_code "after KILL" $code 0
        for name in stage1.png stage2.png; do
            same "$folder/work/$name" "$folder/right/$name" || fail "after KILL" "$name is not right"
        done
    else
        check_signalled "$name"
    fi
}

# Signals one after the other, from each of which the work goes on: in the end it is as if there had been none.
going_on() {
    local process name
    local -a long=("${job[@]}" --iterations 30 --checkpoint going.checkpoint --checkpoint-every 1 --quiet)
    fresh
    for name in INT KILL TERM KILL; do
        (cd "$folder/work" && exec "$harmonize" "${long[@]}") >"$folder/output" 2>"$folder/errors" &
        process=$!
        sleep "$(moment 900)"
        kill "-$name" $process 2>/dev/null
        wait $process
        code=$?
        check_code "going_on" $code 0 130 137 143
    done
    run "${long[@]}"
    check_code "going_on" $code 0
    for name in stage1.png stage2.png; do
        same "$folder/work/$name" "$folder/long/$name" || fail "going_on" "$name is not right"
    done
    [ ! -e "$folder/work/going.checkpoint" ] || fail "going_on" "the checkpoint is still there"
    rm -f "$folder/work"/.harmonize-*.tmp
}

# What is there after a signal: the best so far, which may be anything, but whole.
check_signalled() {
    after_signal=yes
    check_folder "$1" "$folder/work" "${2:-}"
    after_signal=no
}

signal_int() { signal INT 130; }
signal_term() { signal TERM 143; }
signal_hup() { signal HUP 129; }
signal_kill() { signal KILL 137; }

# Two runs into one folder: each file is one of the two, whole.
two_runs() {
    local first second
    fresh
    (cd "$folder/work" && exec "$harmonize" "${job[@]}" --quiet) >"$folder/output" 2>"$folder/errors" &
    first=$!
    sleep "$(moment 50)"
    (cd "$folder/work" && exec "$harmonize" "${job[@]}" --at 3,5 --quiet) 2>>"$folder/errors" &
    second=$!
    wait $first || fail two_runs "the first failed"
    wait $second || fail two_runs "the second failed"
    for name in stage1.png stage2.png; do
        same "$folder/work/$name" "$folder/right/$name" || same "$folder/work/$name" "$folder/other/$name" \
            || fail two_runs "$name is of neither run"
        rm "$folder/work/$name"
    done
    check_folder two_runs "$folder/work"
}

# A batch whose process is killed or interrupted; the same command again does what is left, and all is right.
batch_signal() {
    local process name=INT
    rm -rf "$folder/work"
    mkdir "$folder/work"
    printf 'name,at\na,\nb,"3,5"\n' >"$folder/work/jobs.csv"
    [ $((RANDOM % 2)) = 0 ] || name=KILL
    (cd "$folder/work" && exec "$harmonize" batch jobs.csv "${job[@]}" --output out --quiet) \
        >"$folder/output" 2>"$folder/errors" &
    process=$!
    sleep "$(moment 990)"
    kill "-$name" $process 2>/dev/null
    if [ $name = INT ] && [ $((RANDOM % 2)) = 0 ]; then kill -INT $process 2>/dev/null; fi
    wait $process
    code=$?
    check_code "batch_signal ($name)" $code 0 130 137
    run batch jobs.csv "${job[@]}" --output out --quiet
    check_code "after batch_signal ($name)" $code 0
    check_words "after batch_signal ($name)" $code
    for name in stage1.png stage2.png; do
        same "$folder/work/out/a/$name" "$folder/right/$name" || fail batch_signal "a/$name is not right"
        same "$folder/work/out/b/$name" "$folder/other/$name" || fail batch_signal "b/$name is not right"
    done
    for name in a b; do
        [ "$(grep -c "\"job\":\"$name\".*\"status\":\"done\"" "$folder/work/out/results.jsonl")" = 1 ] \
            || fail batch_signal "$name is not recorded as done once"
    done
}

# A batch on a disk that is full from some moment on; once there is room, the same command does what is left.
batch_full_disk() {
    rm -rf "${folder:?}/small"/* "$folder/small"/.[!.]* 2>/dev/null
    printf 'name,at\na,\nb,"3,5"\n' >"$folder/small/jobs.csv"
    head -c $((RANDOM % 300 + 200))K /dev/zero >"$folder/small/ballast" 2>/dev/null
    (cd "$folder/small" && exec timeout -s KILL 60 "$harmonize" batch jobs.csv "${job[@]}" --output out --quiet) \
        >"$folder/output" 2>"$folder/errors"
    code=$?
    check_code batch_full_disk $code 0 1 73
    check_words batch_full_disk $code
    rm -f "$folder/small/ballast"
    (cd "$folder/small" && exec timeout -s KILL 60 "$harmonize" batch jobs.csv "${job[@]}" --output out --quiet) \
        >"$folder/output" 2>"$folder/errors"
    code=$?
    check_code "after batch_full_disk" $code 0
    check_words "after batch_full_disk" $code
    for name in stage1.png stage2.png; do
        same "$folder/small/out/a/$name" "$folder/right/$name" || fail batch_full_disk "a/$name is not right"
        same "$folder/small/out/b/$name" "$folder/other/$name" || fail batch_full_disk "b/$name is not right"
    done
    if grep -qvE '^\{.*\}$' "$folder/small/out/results.jsonl"; then
        fail batch_full_disk "results.jsonl has half a line"
    fi
    rm -rf "${folder:?}/small"/*
}

# Weights that are imported onto a full disk, or until a signal.
model_import() {
    local process
    rm -rf "$folder/work"
    mkdir "$folder/work"
    echo "an old model" >"$folder/work/model.bin"
    (cd "$folder/work" && exec "$harmonize" model import "$folder/model.safetensors" model.bin) \
        >"$folder/output" 2>"$folder/errors" &
    process=$!
    sleep "$(moment 120)"
    kill -TERM $process 2>/dev/null
    wait $process
    code=$?
    check_code model_import $code 0 143
    same "$folder/work/model.bin" "$folder/model.bin" || [ "$(cat "$folder/work/model.bin")" = "an old model" ] \
        || fail model_import "the model is neither the new one nor the old one"
    [ "$(ls -A "$folder/work")" = model.bin ] || fail model_import "something is left behind: $(ls -A "$folder/work")"
}

# --- The loop --------------------------------------------------------------------------------------------------------

faults=(
    unwritable_place folder_as_file unreadable_input changing_input few_descriptors
    few_addresses small_files bad_streams
    signal_int signal_term signal_hup signal_kill going_on two_runs batch_signal model_import
)
rooted=(full_disk batch_full_disk read_only_folder)
skipped=
if [ "$(id -u)" = 0 ] && mkdir "$folder/small" "$folder/read-only" \
    && mount -t tmpfs -o size=512k tmpfs "$folder/small" 2>/dev/null; then
    mounts+=("$folder/small")
    cp "$old"/* "$folder/read-only"
    mount --bind "$folder/read-only" "$folder/read-only" && mounts+=("$folder/read-only") \
        && mount -o remount,ro,bind "$folder/read-only"
    faults+=("${rooted[@]}")
else
    skipped="; left out for want of root: ${rooted[*]}"
fi

mkdir "$folder/long"
(cd "$folder/long" && "$harmonize" "${job[@]}" --iterations 30 --quiet)
mkdir "$folder/other"
(cd "$folder/other" && "$harmonize" "${job[@]}" --at 3,5 --quiet)
python3 - "$folder/model.safetensors" <<'PYTHON' || skipped="$skipped; left out for want of Python: model_import"
import json, sys
# VGG16 of two channels, all zeros but the biases.
names, inputs, header, offset = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28], 3, {}, 0
for n in names:
    for name, shape in (f"features.{n}.weight", [2, inputs, 3, 3]), (f"features.{n}.bias", [2]):
        size = 4
        for extent in shape: size *= extent
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    inputs = 2
text = json.dumps(header).encode()
with open(sys.argv[1], "wb") as file:
    file.write(len(text).to_bytes(8, "little") + text + b"\x00\x00\x80\x3f" * (offset // 4))
PYTHON
if [ -s "$folder/model.safetensors" ]; then
    "$harmonize" model import "$folder/model.safetensors" "$folder/model.bin" 2>/dev/null
else
    faults=("${faults[@]/model_import/}")
fi

exec 3>&2 2>/dev/null # the shell has a word on each process that a signal ended
leftovers=0
deadline=$((SECONDS + seconds))
while [ $SECONDS -lt "$deadline" ]; do
    fault=${faults[RANDOM % ${#faults[@]}]}
    [ -n "$fault" ] || continue
    before=$violations
    $fault
    [ $violations != "$before" ] || count "$fault"
done

total=0
for kind in "${!survived[@]}"; do total=$((total + survived[$kind])); done
for kind in $(printf '%s\n' "${!survived[@]}" | sort); do printf '%6d %s\n' "${survived[$kind]}" "$kind"; done
echo "Faults: $total survived, $violations violations, in $seconds s (seed $seed); $leftovers temporary files after" \
    "${survived[signal_kill]:-0} SIGKILLs$skipped"
[ $violations = 0 ]

#!/bin/bash
# Proves `harmonize batch` on a real Slurm of one node: an array of 4 tasks over 12 jobs, and the node fails in the
# middle.
#
# Needs root, and Debian's slurm-wlm and munge, which are installed where they are missing; says so and succeeds where
# they cannot be had. Uses only ports and files of its own, and ends all that it started. Takes about a minute. Set
# HARMONIZE to use another build than .build/release/harmonize.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/needs.sh

slurm_present() {
    command -v slurmctld && command -v slurmd && command -v sbatch && command -v munged && command -v mungekey
} >/dev/null

need slurm_present "slurm-wlm munge"
[ "$(id -u)" = 0 ] || skip "Slurm's daemons need root"

fixtures=$(realpath Tests/CommandTests/Fixtures)
folder=$(mktemp -d)
chmod 755 "$folder" # munge's socket must be open to all

# --- A cluster of one node -------------------------------------------------------------------------------------------

unset "${!SLURM_@}" # of a cluster that this runs on
export SLURM_CONF=$folder/slurm.conf
pids=() # munged and slurmctld
node="" # slurmd

# The processes of this cluster's node: its daemon, the steps and all that they run.
node_processes() {
    local process name
    for process in /proc/[0-9]*; do
        name=$(cat "$process/comm" 2>/dev/null) || continue
        case $name in
            slurmd | slurmstepd) grep -qzFx "SLURM_CONF=$SLURM_CONF" "$process/environ" || continue ;;
            *) grep -qzF "SLURM_SUBMIT_DIR=$folder" "$process/environ" || continue ;;
        esac 2>/dev/null
        echo "${process#/proc/}"
    done
}

# As when the power goes: nothing runs on, and nothing is tidied up.
fail_node() {
    local signal processes
    for signal in STOP KILL; do
        mapfile -t processes < <(node_processes)
        [ "${#processes[@]}" = 0 ] || kill -s "$signal" "${processes[@]}" 2>/dev/null || :
    done
    wait "$node" 2>/dev/null || :
}

end() {
    local status=$?
    trap - EXIT
    if [ "$status" != 0 ]; then
        tail -n 30 "$folder"/*.log "$folder"/task-* >&2 || :
    fi
    [ -z "$node" ] || fail_node
    if [ "${#pids[@]}" != 0 ]; then
        kill -TERM "${pids[@]}" 2>/dev/null || :
        for _ in {1..50}; do
            kill -0 "${pids[@]}" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "${pids[@]}" 2>/dev/null || :
        wait 2>/dev/null || :
    fi
    rm -rf "$folder"
    exit "$status"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Waits until a command succeeds.
await() { # SECONDS WHAT COMMAND...
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail "$what did not happen in time"
        sleep 0.2
    done
}

# A port that nothing listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

start_node() {
    slurmd -D -N one >>"$folder/slurmd.out" 2>&1 &
    node=$!
    await 30 "the node's start" node_is "idle|mix|alloc"
}

node_is() { sinfo -h -N -n one -o %t | grep -qE "^($1)\$"; }

mkdir "$folder"/{state,spool,munge}
host=$(hostname -s)
# cred_expire: a task whose node failed waits for so many seconds before it starts again; 120 by default.
cat >"$SLURM_CONF" <<CONF
ClusterName=harmonize
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
PlugStackConfig=/dev/null
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SlurmdTimeout=5
KillWait=2
ReturnToService=2
JobRequeue=1
NodeName=one NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port) CPUs=2
PartitionName=all Nodes=one Default=YES State=UP
CONF

mungekey --create --keyfile "$folder/munge/key"
munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" \
    >"$folder/munged.out" 2>&1 &
pids+=($!)
await 10 "munge's start" test -S "$folder/munge/socket"
slurmctld -D >"$folder/slurmctld.out" 2>&1 &
pids+=($!)
await 20 "the controller's start" scontrol ping
start_node

# --- 12 jobs, an array of 4 ------------------------------------------------------------------------------------------

cd "$folder"
{
    echo "name,painting,object,mask,at,iterations"
    for job in 01 02 03 04 05 06 07 08 09 10 11 12; do
        echo "job-$job,$fixtures/painting.png,$fixtures/cup.png,$fixtures/cup-mask.png,\"$((10#$job * 10)),40\",30"
    done
} >jobs.csv
cat >task.sh <<TASK
#!/bin/bash
#SBATCH --array=0-3 --requeue --open-mode=append --output=$folder/task-%a.txt
exec srun --ntasks=1 "$harmonize" batch jobs.csv --output results --threads 1 --checkpoint-every 5
TASK

lines_done() { grep -s '"status":"done"' results/results.jsonl || :; }
at_least_done() { [ "$(lines_done | wc -l)" -ge "$1" ]; }
has_checkpoint() { compgen -G 'results/*/job.checkpoint'; }
no_task_left() { ! squeue -h -t all -o %t -j "$1" | grep -qvE '^(CD|F|CA|TO|NF)$'; }

array=$(sbatch --parsable task.sh)
await 120 "the third job" at_least_done 3
await 60 "a checkpoint" has_checkpoint
fail_node
before=$(lines_done | wc -l)
begun=$(find results -name job.checkpoint | wc -l)
[ "$before" -lt 12 ] || fail "all jobs were done before the node failed"
echo "The node failed with $before of 12 jobs done" >&2
await 60 "the node's failure" node_is 'down.*'
start_node
await 120 "the end of the array" no_task_left "$array"

# --- Nothing lost, nothing done twice --------------------------------------------------------------------------------

restarts=$(scontrol show job "$array" | grep -o 'Restarts=[0-9]*' | awk -F= '{ sum += $2 } END { print sum }')
[ "$restarts" -ge 1 ] || fail "no task was requeued"
states=$(squeue -h -t all -o %T -j "$array" -r | sort | uniq -c | xargs)
[ "$states" = "4 COMPLETED" ] || fail "the tasks ended as $states"

expected=$(printf 'job-%02d\n' {1..12})
done_jobs=$(lines_done | grep -o '"job":"[^"]*"' | cut -d'"' -f4 | sort)
[ "$done_jobs" = "$expected" ] || fail "not each job was done once: $(echo "$done_jobs" | uniq -c | xargs)"
shards=$(lines_done | grep -o '"shard":"[^"]*"' | cut -d'"' -f4 | sort | uniq -c | xargs)
[ "$shards" = "3 1/4 3 2/4 3 3/4 3 4/4" ] || fail "the tasks did not share the jobs evenly: $shards"

# What was at work when the node failed, and had come far enough, was not begun anew.
resumed=$(lines_done | grep -c '"resumedAfter"' || :)
[ "$resumed" = "$begun" ] || fail "$begun jobs had checkpoints, and $resumed went on from one"

# One process, without Slurm, comes to the same pictures, to the bit.
"$harmonize" batch jobs.csv --output alone --jobs 2 --quiet
for job in $expected; do
    for stage in stage1.png stage2.png; do
        cmp "results/$job/$stage" "alone/$job/$stage" || fail "$job/$stage is not what it should be"
    done
done

# Once more: there is nothing to do.
cp results/results.jsonl first.jsonl
array=$(sbatch --parsable task.sh)
await 60 "the end of the second array" no_task_left "$array"
cmp results/results.jsonl first.jsonl || fail "jobs that were done were done again"

echo "Slurm: 12 jobs done once, $restarts of 4 tasks requeued after their node failed, $resumed jobs resumed" >&2
